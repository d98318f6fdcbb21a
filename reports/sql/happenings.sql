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

-- A move is written after it has happened to the case, under the case's lock: what stands here of subject and place is the newest.
CREATE OR REPLACE FUNCTION reports_note() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO reports_happening (complaint_id, number, at, figure, from_queue, to_queue, stood, stands, due_before, due_after,
                                   category, channel, place, tenths)
    SELECT own.complaint_id, own.number, own.at, own.figure, own.from_queue, own.to_queue, own.stood, own.stands,
           CASE WHEN own.stood > 0 THEN own.due_before END, CASE WHEN own.stands > 0 THEN own.due_at END,
           c.category_id, c.channel, c.place_id,
           CASE WHEN own.figure = 1 THEN floor(date_part('epoch', own.at - c.received_at) / 8640) END
      FROM (SELECT e.complaint_id, e.number, e.at, e.due_at, reports_figure(e.move) AS figure,
                   CASE WHEN e.move <> 'lodge' THEN e.from_queue_id END AS from_queue, e.to_queue_id AS to_queue,
                   reports_standing(e.from_state) AS stood, reports_standing(e.to_state) AS stands,
                   CASE WHEN e.from_state <> '' THEN (
                        SELECT earlier.due_at FROM complaints_entry earlier
                         WHERE earlier.complaint_id = e.complaint_id AND earlier.number < e.number
                           AND reports_own_move(earlier.move, earlier.detail)
                         ORDER BY earlier.number DESC LIMIT 1) END AS due_before
              FROM written e WHERE reports_own_move(e.move, e.detail)) own
      JOIN complaints_complaint c ON c.id = own.complaint_id
     WHERE own.figure IS NOT NULL OR own.from_queue IS DISTINCT FROM own.to_queue OR own.stood <> own.stands
        OR own.due_before IS DISTINCT FROM own.due_at;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION reports_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE reports_happening SET category = NEW.category_id, place = NEW.place_id WHERE complaint_id = NEW.id;
    RETURN NULL;
END $$;

-- The same rows for the whole timeline at once.
CREATE OR REPLACE FUNCTION reports_gather() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    gathered bigint;
BEGIN
    TRUNCATE reports_happening;
    INSERT INTO reports_happening (complaint_id, number, at, figure, from_queue, to_queue, stood, stands, due_before, due_after,
                                   category, channel, place, tenths)
    SELECT own.complaint_id, own.number, own.at, own.figure, own.from_queue, own.to_queue, own.stood, own.stands,
           CASE WHEN own.stood > 0 THEN own.due_before END, CASE WHEN own.stands > 0 THEN own.due_at END,
           c.category_id, c.channel, c.place_id,
           CASE WHEN own.figure = 1 THEN floor(date_part('epoch', own.at - c.received_at) / 8640) END
      FROM (SELECT e.complaint_id, e.number, e.at, e.due_at, reports_figure(e.move) AS figure,
                   CASE WHEN e.move <> 'lodge' THEN e.from_queue_id END AS from_queue, e.to_queue_id AS to_queue,
                   reports_standing(e.from_state) AS stood, reports_standing(e.to_state) AS stands,
                   lag(e.due_at) OVER (PARTITION BY e.complaint_id ORDER BY e.number) AS due_before
              FROM complaints_entry e WHERE reports_own_move(e.move, e.detail)) own
      JOIN complaints_complaint c ON c.id = own.complaint_id
     WHERE own.figure IS NOT NULL OR own.from_queue IS DISTINCT FROM own.to_queue OR own.stood <> own.stands
        OR own.due_before IS DISTINCT FROM own.due_at
     ORDER BY own.at;
    GET DIAGNOSTICS gathered = ROW_COUNT;
    RETURN gathered;
END $$;

CREATE TRIGGER reports_note AFTER INSERT ON complaints_entry
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION reports_note();
CREATE TRIGGER reports_follow AFTER UPDATE OF category_id, place_id ON complaints_complaint
    FOR EACH ROW WHEN (OLD.category_id IS DISTINCT FROM NEW.category_id OR OLD.place_id IS DISTINCT FROM NEW.place_id)
    EXECUTE FUNCTION reports_follow();
SELECT reports_gather();
