-- What counts in the figures, kept beside the timeline in the transaction that writes it: one row for each of a case's own
-- moves that changes a figure, with the case's subject, way in and place as they are now. Whatever is here follows from
-- `complaints_entry` and `complaints_complaint` alone; `reports_gather` gathers it all anew.

-- The words of the flow page (`workflows/flows.py`); a test holds these three against it. When it changes, a migration
-- replaces them and gathers anew.
CREATE OR REPLACE FUNCTION reports_own_move(move text, detail text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT move = ANY ('{answer,approve,ask,assign,confirm,dispute,end,give_back,hand_up,lapse,lapse_question,lodge,merge,move,note,pass_on,propose,recall,refer,reject,reopen,reply,returned,route,send_back,send_down,take,unmerge,uphold,withdraw}'::text[])
       AND detail <> ALL ('{acknowledge_overdue,advice,advice_overdue,asked_advice,contribution,contribution_overdue,directive,directive_overdue}'::text[])
$$;

-- 0: closed or not there yet; 1: waiting for the citizen; 2: ours to act.
CREATE OR REPLACE FUNCTION reports_standing(state text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN state IN ('', 'closed', 'ended') THEN 0 WHEN state IN ('waiting', 'answered') THEN 1 ELSE 2 END::smallint
$$;

-- The figure's place in `figures.FIGURES`; NULL for none.
CREATE OR REPLACE FUNCTION reports_figure(move text) RETURNS smallint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN move IN ('answer', 'approve', 'note') THEN 1 WHEN move = 'confirm' THEN 2
                WHEN move IN ('dispute', 'reopen') THEN 3 WHEN move = 'lapse' THEN 4 WHEN move = 'hand_up' THEN 5
                WHEN move = 'refer' THEN 6 END::smallint
$$;

-- The rule itself, once: the rows of `reports_happening` that follow from the timeline and the cases as they are now. PostgreSQL
-- writes it into the statement that asks, as it would a view; but a view would need a grant of its own for the role that serves.
CREATE OR REPLACE FUNCTION reports_what_counts() RETURNS SETOF reports_happening LANGUAGE sql STABLE AS $$
    SELECT e.complaint_id, e.number, e.at, own.figure, own.from_queue, e.to_queue_id, own.stood, own.stands,
           CASE WHEN own.stood > 0 THEN before.due_at END, CASE WHEN own.stands > 0 THEN e.due_at END,
           c.category_id, c.channel, c.place_id,
           CASE WHEN own.figure = 1 THEN floor(date_part('epoch', e.at - c.received_at) / 8640) END
      FROM complaints_entry e
      JOIN complaints_complaint c ON c.id = e.complaint_id
     CROSS JOIN LATERAL (
           SELECT reports_figure(e.move) AS figure, CASE WHEN e.move <> 'lodge' THEN e.from_queue_id END AS from_queue,
                  reports_standing(e.from_state) AS stood, reports_standing(e.to_state) AS stands) own
      LEFT JOIN LATERAL (
           SELECT earlier.due_at FROM complaints_entry earlier
            WHERE e.from_state <> '' AND earlier.complaint_id = e.complaint_id AND earlier.number < e.number
              AND reports_own_move(earlier.move, earlier.detail)
            ORDER BY earlier.number DESC LIMIT 1) before ON true
     WHERE reports_own_move(e.move, e.detail)
       AND (own.figure IS NOT NULL OR own.from_queue IS DISTINCT FROM e.to_queue_id OR own.stood <> own.stands
            OR before.due_at IS DISTINCT FROM e.due_at)
$$;

-- What lies in kept months of a case (of one of its rows, where a number is given) is written down once more, with this weight.
CREATE OR REPLACE FUNCTION reports_note_late(weight int, of_case bigint, of_number int, kept_until timestamptz) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_late (weight, complaint_id, number, at, figure, from_queue, to_queue, stood, stands, due_before, due_after, category, channel, place, tenths)
    SELECT weight, h.complaint_id, h.number, h.at, h.figure, h.from_queue, h.to_queue, h.stood, h.stands, h.due_before, h.due_after, h.category, h.channel, h.place, h.tenths
      FROM reports_happening h
     WHERE h.complaint_id = of_case AND h.number = coalesce(of_number, h.number) AND h.at < kept_until;
END $$;

-- A move is written after it has happened to the case, under the case's lock: what stands here of subject and place is the newest.
-- OFFSET 0: each is looked up by its key, however many the first statement wrote for which this plan was made.
-- What is written about a month that is kept already stands once more in `reports_late`. Up to when months are kept is asked
-- only after the first statement has locked the table: whoever keeps them waits for us, or we see it.
CREATE OR REPLACE FUNCTION reports_note() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept_until timestamptz;
BEGIN
    INSERT INTO reports_happening
    SELECT counts.* FROM written CROSS JOIN LATERAL (
           SELECT * FROM reports_what_counts() each
            WHERE each.complaint_id = written.complaint_id AND each.number = written.number OFFSET 0) counts;
    SELECT until INTO kept_until FROM reports_keptuntil;
    IF kept_until IS NOT NULL AND EXISTS (SELECT FROM written WHERE at < kept_until) THEN
        PERFORM reports_note_late(1, complaint_id, number, kept_until) FROM written WHERE at < kept_until;
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION reports_follow() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    kept_until timestamptz;
BEGIN
    LOCK TABLE reports_happening IN ROW EXCLUSIVE MODE;
    SELECT until INTO kept_until FROM reports_keptuntil;
    IF kept_until IS NOT NULL THEN
        PERFORM reports_note_late(-1, NEW.id, NULL, kept_until);
    END IF;
    UPDATE reports_happening SET category = NEW.category_id, place = NEW.place_id WHERE complaint_id = NEW.id;
    IF kept_until IS NOT NULL THEN
        PERFORM reports_note_late(1, NEW.id, NULL, kept_until);
    END IF;
    RETURN NULL;
END $$;

-- The same rows for the whole timeline at once.
CREATE OR REPLACE FUNCTION reports_gather() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    gathered bigint;
BEGIN
    TRUNCATE reports_happening;
    IF to_regclass('reports_keptmonth') IS NOT NULL THEN  -- the first gathering comes before there are any
        DELETE FROM reports_keptmonth;
        DELETE FROM reports_keptuntil;
        DELETE FROM reports_late;
    END IF;
    INSERT INTO reports_happening SELECT * FROM reports_what_counts() ORDER BY at;
    GET DIAGNOSTICS gathered = ROW_COUNT;
    RETURN gathered;
END $$;

CREATE OR REPLACE TRIGGER reports_note AFTER INSERT ON complaints_entry
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION reports_note();
CREATE OR REPLACE TRIGGER reports_follow AFTER UPDATE OF category_id, place_id ON complaints_complaint
    FOR EACH ROW WHEN (OLD.category_id IS DISTINCT FROM NEW.category_id OR OLD.place_id IS DISTINCT FROM NEW.place_id)
    EXECUTE FUNCTION reports_follow();
