#!/usr/bin/env python3
"""Starts a run, follows its log across broken connections, and prints the answer: python3 follow.py PROJECT PROMPT

Written from docs/protocol.md with the standard library alone. The exit code is 0 when the run completed.
"""
import http.client, json, os, sys, time, urllib.error, urllib.request, uuid

URL = os.environ.get("QUARTERDECK_URL", "http://127.0.0.1:18420").rstrip("/")
TOKEN = os.environ.get("QUARTERDECK_TOKEN", "dev")
TRIES, SILENCE_SECONDS = 60, 45  # The server gives a sign of life every 15 s.
BROKEN = (OSError, http.client.HTTPException)


def ask(path, body=None, **headers):
    """Asks again while nobody answers or the answer says "later": reads, and writes with an idempotency key."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"x-cp-token": TOKEN, "content-type": "application/json", **headers}
    for left in reversed(range(TRIES)):
        try:
            return urllib.request.urlopen(urllib.request.Request(URL + path, data, headers), timeout=SILENCE_SECONDS)
        except urllib.error.HTTPError as refusal:
            if refusal.code not in (429, 502, 503, 504) or left == 0:
                sys.exit(f"{refusal.headers['x-error-code']}: {json.load(refusal)['error']}")
            time.sleep(float(refusal.headers.get("retry-after", 1)))
        except BROKEN as error:
            if left == 0:
                sys.exit(f"No server answers at {URL}: {error}")
            time.sleep(0.5)


def follow(run_id):
    """Each event of the run, once and in order. Who comes back says the last seq that was seen."""
    seen = 0
    while True:
        kind, data = b"message", b""
        try:
            for line in ask(f"/admin/runs/{run_id}/events/stream", **{"last-event-id": str(seen)}):
                name, _, value = line.rstrip(b"\n").partition(b":")
                value = value.removeprefix(b" ")
                if name == b"event":
                    kind = value
                elif name == b"data":
                    data = value
                elif line == b"\n":  # The end of a frame; what was cut off before it comes again.
                    if kind == b"message" and data:
                        envelope = json.loads(data)
                        seen = envelope["seq"]
                        yield envelope["event"]
                    kind, data = b"message", b""
        except BROKEN:
            pass
        print(f"The connection broke; going on behind seq {seen}.", file=sys.stderr)
        time.sleep(0.2)


def main(project, prompt):
    run = json.load(ask("/admin/runs", {"projectId": project, "prompt": prompt}, **{"idempotency-key": uuid.uuid4().hex}))
    for event in follow(run["runId"]):
        print(event["type"], file=sys.stderr)
        if event["type"] == "run_completed":
            return print(event["finalOutput"])
        if event["type"] in ("run_failed", "run_cancelled"):
            sys.exit(f"{event['type']}: {event.get('error', event.get('reason'))}")


if __name__ == "__main__":
    main(*sys.argv[1:]) if len(sys.argv) == 3 else sys.exit(__doc__)
