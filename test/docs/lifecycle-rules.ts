/**
 * What shows that each rule of `docs/run-lifecycle.md` holds: names of tests, by the section and the beginning of the
 * rule. A rule that is new or worded anew needs its line here, and a test that is renamed as well.
 */
type Proof = readonly [file: string, ...names: string[]];

const store = (name: string, ...names: string[]): Proof => [`test/contract/store/${name}.test.ts`, ...names];
const http = (name: string, ...names: string[]): Proof => [`test/contract/http/${name}.ts`, ...names];
const harness = (name: string, ...names: string[]): Proof => [
  `test/contract/harness/contract-of-${name}.ts`,
  ...names,
];
const fault = (name: string, ...names: string[]): Proof => [`test/fault/${name}.test.ts`, ...names];
const core = (name: string, ...names: string[]): Proof => [`test/core/${name}.test.ts`, ...names];
const unit = (name: string, ...names: string[]): Proof => [`src/core/${name}.test.ts`, ...names];

/** Histories of everything that may happen, against a model that reads nothing but the log. */
const model: Proof = [
  'test/model/core.test.ts',
  'whatever happens in whatever order, a session keeps its rules',
];

export const proofs: Readonly<Record<string, Readonly<Record<string, readonly Proof[]>>>> = {
  States: {
    'The state, its event and every row it touches': [
      model,
      store('claim', 'lets only the attempt that holds the run write about it'),
      store('sessions', 'writes a change of the session and its event in one transaction'),
      store('durability', 'lets a write that fails half-way spoil none of those beside it'),
    ],
    'A run has exactly one terminal event': [
      model,
      store('progress', 'gives a run exactly one terminal event, however many try to end it'),
      fault('cancel-races', 'and completion race: either wins, and all who asked are told the same'),
    ],
    'What was answered with `201` is on the disk': [
      model,
      fault('kill-server', 'what was answered as queued is there, at whatever moment the server died'),
      fault('kill-at-random', 'loses no run that it answered and no event that it showed, and repeats none'),
      fault('kill-at-steps', 'before the admission is written', 'when the hand-over is written'),
    ],
    'Cancel, wait and stream work in every state': [
      unit('run-state', 'a cancel is refused in no state'),
      fault('cancel-races', 'twenty at once of a run that is %s are one'),
      http('wait', 'at the timeout the answer is the present state'),
      http('streams', 'the stream of a queued run ends when the run is cancelled in the queue'),
    ],
  },
  'The queue': {
    'Runs of a session run one at a time': [
      model,
      http('queue', 'a hundred runs posted at once run one at a time', 'a session does not wait for another'),
    ],
    'Free slots go to projects in turn': [
      store(
        'claim',
        'lets projects take turns from call to call',
        'takes the oldest first within a project',
        'keeps the limit of each harness exactly',
      ),
    ],
    'A paused queue starts nothing': [
      model,
      http('queue', 'a paused queue starts nothing, lets the active run go on'),
    ],
    '`GET /admin/sessions/:sessionId/queue` has the queued runs in order': [
      http('queue', 'a queue is a list in order, with what each run waits for'),
      unit('wait-reason', 'is a slot when it is first', 'is its turn behind', 'is the pause of its queue'),
      store('parking', 'hold no slot, and what is behind them in their session waits for what they wait for'),
    ],
    'A queued run can be reworded': [
      model,
      http(
        'queue',
        'a queued run is reworded and moved, and runs so',
        'what is not queued is neither reworded nor moved',
      ),
      store('queue-edits', 'puts a run that was claimed back in front of runs that were moved meanwhile'),
      store('search', 'finds a prompt as it was last worded, whenever the index looked'),
    ],
    '`run-now` moves a run to the front': [
      http('queue', 'run-now goes first', 'run-now leaves a paused queue paused'),
      store('queue-edits', 'asks the active run to end in the transaction that puts another one first'),
    ],
    '`queue.pauseOnFailure` of a session': [
      model,
      http('queue', 'a failed run pauses the queue of a session that wants it, until somebody resumes it'),
      core('retry', 'takes the place of the run whose failure paused the queue, which then goes on'),
    ],
    'Past the bounds for queued runs': [
      ['test/contract/http/bounds.test.ts', 'a session takes so many queued runs, also of many at once'],
      store('admit', 'gives a refused run no session and no trace'),
    ],
    'A session with open runs is neither archived nor deleted': [
      http('sessions', 'a session with open runs is neither archived nor removed'),
      store('projects', 'refuses to delete a project with queued or active runs, and changes nothing then'),
      store('parking', 'keep their session and project from being archived and deleted'),
    ],
  },
  Delivery: {
    '`queue` waits behind what is there': [
      http('runs', 'the delivery "reject" takes an idle session only', 'a session has a delivery of its own'),
    ],
    '`interrupt` is admitted, put first': [
      model,
      http('runs', 'the delivery "interrupt" cancels what is active and goes first'),
      store('delivery', 'puts a run first and asks the active one to end, in one transaction'),
    ],
    '`steer` puts the prompt into the turn under way': [
      core('steer', 'puts the run into the turn under way, ends it there and answers so'),
      harness('steering', 'reaches the turn under way, whose result answers it'),
    ],
    'It is queued like any other (`queued`)': [
      core(
        'steer',
        'queues a run again that missed the turn, and it runs once in its place',
        'queues for %s',
        'runs a steered text as a turn of its own when nothing is under way',
      ),
      store('delivery', 'steers only into a turn that is under way and not being cancelled'),
    ],
    'Before the agent is told, the run leaves the queue': [
      model,
      core('steer', 'keeps the session busy until it is known', 'fails a run that the agent may have or not'),
      fault('kill-at-steps', 'when a text was told and nothing says so'),
    ],
  },
  Retry: {
    'A run that has ended can be tried again': [
      http('runs', 'a run that has ended is tried again, with its prompt or another'),
      core('retry', 'queues it once more as it was asked for, and names the other'),
    ],
    'It is queued like any other. When the failure': [
      core(
        'retry',
        'takes the place of the run whose failure paused the queue',
        'leaves a queue paused that a person paused',
      ),
    ],
    'A model of a run holds for that run alone': [
      core('retry', 'opens the conversation again with the model', 'refuses a model for an agent'),
    ],
  },
  Cancel: {
    'A queued run is `cancelled` at once': [
      http('cancel', 'a queued run is cancelled at once and leaves the active one alone'),
    ],
    'An active run gets `cancel_requested`': [
      model,
      fault('cancel-shell', 'runs under an agent that ignores the interrupt leaves no process'),
      harness('cancel', 'kills an agent that does not react at all'),
    ],
    '`run_cancelled` is written only when nothing': [
      fault('cancel-shell', '%s leaves no process, and the session its context'),
      core('cancel', 'of an agent %s and leaves processes fails the run, and says so'),
    ],
    'A turn that completed before the interrupt': [
      fault('cancel-races', 'and completion race: either wins'),
      http('cancel', 'a run that completed or failed is not cancelled any more'),
    ],
    'Cancel may be repeated and may race anything': [
      http('cancel', 'twenty cancels at once are one'),
      core('cancel', 'is answered after 15 s with the state there is, and goes on'),
    ],
    '`queue: "clear"` also cancels every run that is queued behind': [
      http('cancel', 'the queue behind a cancelled run goes on, is cleared or is paused, as asked'),
    ],
    'What the agent had said stays in the log': [
      http('cancel', 'a running run is cancelled, its words stay, and the session goes on with its context'),
    ],
    'An interrupt of a session cancels the run that is active': [
      store(
        'cancel',
        'asks the active run of a session to end, and does with the queue as was asked',
        'does with the queue as an interrupt asks also when nothing is active',
      ),
      http('cancel', 'an interrupt that clears the queue clears it also when nothing is active'),
    ],
  },
  Context: {
    'A run says in `resume.mode` where its context came from': [
      core('conversations', 'is closed when it was idle for long, and restored for the next run'),
      fault('kill-server', 'an idle session goes on with its context'),
    ],
    'A continuation is stored as soon as the agent acknowledges': [
      store(
        'progress',
        'keeps a continuation from its acknowledgement on, whatever becomes of the run',
        'keeps the continuation for the next run, also when that one fails',
      ),
      fault('kill-server', 'the first run of a session failed, and the next goes on with what it was asked'),
    ],
    'A continuation that cannot be restored': [
      core('conversations', 'that cannot be restored fails the run in words'),
      http('runs', 'a run may ask for a new context'),
    ],
    'A conversation stays open after a run': [
      core(
        'conversations',
        'is closed when it was idle for long',
        'gives way to others when there are too many, the one that was idle longest first',
      ),
      ['test/contract/http/warm-agents.test.ts', 'the one that was idle longest is closed'],
    ],
    'A conversation that was opened under other permissions': [
      http('run-permissions', 'hold for it alone', 'keep a conversation open'),
    ],
    'A session keeps its agent': [
      core('conversations', 'stays with its agent: when its target names another one by now, its runs fail'),
    ],
  },
  Forks: {
    '`POST /admin/sessions/:sessionId/fork` opens a session': [
      http('forks', 'a fork at the first of three runs knows the first alone, and the source goes on'),
    ],
    'What the agent can decides': [
      http('forks', 'what cannot be forked is refused in words'),
      core('fork', 'is refused for an agent that cannot, in words that name it'),
      [
        'test/contract/http/warm-agents.test.ts',
        'one that copies only what is now is forked at its last run',
      ],
    ],
    'The agent makes the copy when the first prompt comes': [
      core(
        'fork',
        'opens a copy at the checkpoint of the run, and reports where it is from',
        'copies again after an agent that died before it acknowledged a turn',
      ),
    ],
    'A copy without a place is of what the source is': [
      core('fork', 'fails the first run of a copy of what is now when the source has gone on'),
      store(
        'forks',
        'are handed no prompt when the source has gone on',
        'are not at a run before one that was parked, whose agent has begun with it',
      ),
    ],
    'A fork has the target': [
      store('forks', 'has its settings from the source, a place of its own, and the lineage of both'),
    ],
    'The log of a fork begins with `session_forked`': [
      http('forks', 'its log begins with where it comes from, and the history is at the source'),
    ],
    'While a fork has not begun, its source cannot be deleted': [
      http('forks', 'the source of a fork that has not begun is not deleted; the words name the fork'),
      store('forks', 'keeps its source from being deleted until it has begun, and goes with its project'),
    ],
  },
  Permissions: {
    'A request is an event, a state of the run': [
      http('permissions', 'a request is seen in the state of the run, in the list and in the log'),
    ],
    'The first answer wins': [
      http('permissions', 'the first answer wins, also of twenty at once'),
      store('permissions', 'waits until the last of several requests is answered'),
    ],
    '`always_allow` is remembered': [
      http('permissions', '"always_allow" holds for that tool in that session'),
    ],
    'What a target says in `permissions`': [
      unit('permission-policy', 'is decided by the first rule that matches'),
      store('permissions', 'lets the target forbid what a person has allowed for the session'),
    ],
    'A request waits as long as it takes': [
      core('permission-wait', 'a request that waits for long costs no more than one that was just made'),
      ['test/contract/http/permission-policy.test.ts', 'decides when nobody answers in time'],
      store('permissions', 'closes with deny what a run that is %s has open'),
    ],
    'Which tools ask is the agent': [
      ['test/contract/http/permission-policy.test.ts', 'forbids what no rule allows'],
    ],
  },
  'Budgets and parking': {
    'A budget bounds turns, tool calls, time of work': [
      http('budgets', 'of a project for a day are set, read, reached and taken away'),
      unit('run-meter', 'count what was used before, and the tightest one holds'),
    ],
    'From `budgetWarnPercent` of a bound on': [
      unit('run-meter', 'warn once for each bound before it is reached'),
    ],
    'Tool calls and time are counted while': [
      core('parking', 'is interrupted and parked, and goes on when the budget is raised'),
      unit('run-meter', 'count its time, and not the time in which people are asked'),
    ],
    'Turns that the agent does not count': [
      core('parking', 'stays completed when only its usage tells', 'keeps what is behind it from beginning'),
    ],
    'What runs used is added to their session': [
      store('parking', 'add up what all attempts used, in the run and in the sums'),
    ],
    'A usage limit of the agent': [core('parking', 'is parked until then', 'is tried again after a while')],
    'A parked run holds no slot and keeps its place': [
      model,
      store(
        'parking',
        'hold no slot',
        'are cancelled at once, and the session goes on',
        'deny what they had asked for',
      ),
    ],
    '`POST /admin/runs/:runId/resume` queues it again': [
      model,
      core('parking', 'is parked again, before its agent hears of it, when it is resumed with nothing more'),
    ],
    'With `autoResume` of the run': [
      core('parking', 'goes on with the new day at once'),
      store(
        'parking',
        'go on by themselves when they are due, where that was asked for',
        'stay where that is not asked for, and can be told either while they are parked',
      ),
    ],
    'The agent of a resumed run gets the prompt with a note': [
      model,
      store(
        'parking',
        'go on in front when they are resumed, and their agent is told why it was interrupted',
        'leave behind what they used also when they are cancelled before they go on',
      ),
    ],
  },
  'Crash and restart': {
    'A start first ends every process': [
      fault('kill-server', 'the tool of a run is ended, with all that it started'),
    ],
    'Then each run that was active or `steering` is settled': [
      model,
      store(
        'recovery',
        'queues a run again whose prompt was provably not handed over',
        'fails a run whose prompt may have reached the agent',
        'cancels a run that was asked to be cancelled, wherever it stood',
      ),
    ],
    'A project with `onRestart: "continue"`': [
      model,
      fault('kill-server', 'a run whose project wants that goes on, in its context, and its agent is told'),
      store(
        'parking',
        'gives a run up that was there at too many restarts, and one that was to be cancelled',
      ),
    ],
    'A permission request that was open is denied': [
      fault(
        'kill-server',
        'a run that waited for permission failed, and its request is settled',
        'a parked run is parked still',
      ),
    ],
    'Queued runs stay queued': [
      fault('kill-server', 'an active run failed, and the runs queued behind it complete'),
      fault('follow-log', 'see every event once and in order also when the server is killed under them'),
    ],
    'Every 5 s (`sweepMs`) a sweep looks': [
      core('lost-wakeups', 'a queued run is taken all the same', 'a cancel reaches the turn all the same'),
      unit('log-tail', 'finds by a sweep what a lost wake-up left behind'),
    ],
    "The machine's clock may be set back": [
      model,
      fault('clock-set-back', 'they run in their order, once, and readers see every event'),
    ],
    'What survives a kill and what survives power loss': [
      fault('kill-at-random', 'loses no run that it answered and no event that it showed, and repeats none'),
      ['src/store/sqlite/connection.test.ts', 'resolves a durable write only when the WAL is synced'],
    ],
  },
  Shutdown: {
    'The first `SIGTERM` or `SIGINT` drains': [
      fault('drain', 'takes no new runs, lets the active ones finish', 'cancels what does not finish'),
      core('conversations', 'that never says that it is closed does not keep the server from stopping'),
    ],
    'Queued runs wait for the next start': [fault('drain', 'and keeps the queued ones')],
    'A second signal ends the process at once': [fault('drain', 'ends at once when it is asked again')],
  },
  'Limits and watching': {
    'An agent has `openTimeoutMs`': [
      fault('unruly-agents', 'says nothing at all fails its run, and is ended'),
    ],
    'A watchdog knows what an agent that is silent was doing': [
      unit('silence-watch', '%s is noticed first, with what is left, and told once'),
      core('silence', 'because it asks a person is left alone for days, and watched again after the answer'),
      fault('silent-agents', 'because its tool does leaves nothing of the tool behind'),
    ],
    '`maxTurns` of a run ends it': [http('runs', 'a run stops at the turns that it may take')],
    'An event above `eventBytesMax`': [
      unit('event-bounds', 'cuts a long text in the middle and says how much is missing'),
      fault('unruly-agents', 'floods is taken in whole, and the server stays as it was'),
    ],
    'A run with more than `eventBytesInFlightMax`': [
      core('event-flow', 'a run with too much on its way to the disk makes its agent wait, and nobody else'),
    ],
  },
};
