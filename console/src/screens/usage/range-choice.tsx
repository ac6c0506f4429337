import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { Button } from '../../parts/button';
import { Dialog } from '../../parts/dialog';
import { TextField } from '../../parts/field';
import { Segments } from '../../parts/segments';
import { fullDay, type Range } from './days';
import { isRange, rangeDays, rangeDaysDefault, rangeDaysMax, type UsageSearch } from './search';

const options = rangeDays.map((days) => ({ value: days, label: days === 365 ? 'Year' : `${days} days` }));

/** Of which days; the choice stands in the address, so that it can be kept and sent. */
export function RangeChoice({ search, range }: { search: UsageSearch; range: Range }) {
  const navigate = useNavigate();
  const [choosing, setChoosing] = useState(false);
  const own = search.from !== undefined;
  const go = (change: UsageSearch) => {
    const { days: _, from: __, to: ___, ...rest } = search;
    void navigate({ to: '/usage', search: { ...rest, ...change } });
  };
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Segments
        label="Range"
        options={options}
        value={own ? undefined : (search.days ?? rangeDaysDefault)}
        onChange={(days) => go(days === rangeDaysDefault ? {} : { days })}
      />
      <Button look={own ? 'primary' : 'plain'} onClick={() => setChoosing(true)}>
        {own ? `${fullDay(range.from)} – ${fullDay(range.to)}` : 'Other days'}
      </Button>
      {choosing && (
        <DaysDialog
          range={range}
          onClose={() => setChoosing(false)}
          onChoose={(days) => {
            setChoosing(false);
            go(days);
          }}
        />
      )}
    </div>
  );
}

interface DaysDialogProps {
  range: Range;
  onClose: () => void;
  onChoose: (range: Range) => void;
}

function DaysDialog({ range, onClose, onChoose }: DaysDialogProps) {
  const formId = useId();
  const [from, setFrom] = useState(range.from);
  const [to, setTo] = useState(range.to);
  const complete = from !== '' && to !== '';
  const fits = complete && isRange(from, to);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (fits) onChoose({ from, to });
  };
  return (
    <Dialog
      title="Other days"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" form={formId} disabled={!fits}>
            Show them
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} className="grid gap-4 sm:grid-cols-2">
        <TextField
          label="First day"
          type="date"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
          hint="Days begin at midnight, UTC."
        />
        <TextField
          label="Last day"
          type="date"
          value={to}
          onChange={(event) => setTo(event.target.value)}
          error={
            complete && !fits
              ? `It must not be before the first, nor more than ${rangeDaysMax} days behind it.`
              : undefined
          }
        />
      </form>
    </Dialog>
  );
}
