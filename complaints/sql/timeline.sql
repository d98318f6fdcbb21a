-- The timeline's promises, kept by the database: every entry gets a number and a hash over itself and the one before it
-- in the same case, and nothing that was written is changed or removed.
-- `complaints/verify.py` computes the same hash on its own; change neither without the other.

-- One UPDATE both locks the head and moves it on: reading it first would take this function half as long again.
CREATE OR REPLACE FUNCTION timeline_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    told text := concat_ws('|',
        (extract(epoch FROM NEW.at) * 1000000)::bigint,
        NEW.move, NEW.from_state, NEW.to_state, NEW.actor_kind, coalesce(NEW.actor_id::text, ''), NEW.via,
        coalesce(NEW.from_queue_id::text, ''), coalesce(NEW.to_queue_id::text, ''), coalesce(NEW.holder_id::text, ''),
        coalesce(((extract(epoch FROM NEW.due_at) * 1000000)::bigint)::text, ''), NEW.detail, NEW.commitment);
BEGIN
    UPDATE complaints_timelinehead head
       SET number = head.number + 1,
           hash = encode(sha256(convert_to(
               concat_ws('|', 'v1', head.hash, NEW.complaint_id, head.number + 1, told), 'UTF8')), 'hex')
     WHERE head.complaint_id = NEW.complaint_id
    RETURNING head.number, head.hash INTO NEW.number, NEW.hash;
    IF NOT FOUND THEN
        NEW.number := 1;
        NEW.hash := encode(sha256(convert_to(concat_ws('|', 'v1', '', NEW.complaint_id, 1, told), 'UTF8')), 'hex');
        INSERT INTO complaints_timelinehead (complaint_id, number, hash) VALUES (NEW.complaint_id, NEW.number, NEW.hash);
    END IF;
    RETURN NEW;
END $$;

CREATE OR REPLACE FUNCTION timeline_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the timeline is never rewritten: % on %', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- Words may be erased, which leaves nothing of them and no salt; anything else is refused.
CREATE OR REPLACE FUNCTION timeline_only_erase() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.entry_id = OLD.entry_id AND NEW.salt = '' AND NEW.for_staff = '' AND NEW.for_citizen = '' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'words of the timeline are erased whole or not at all' USING ERRCODE = 'restrict_violation';
END $$;

CREATE TRIGGER timeline_chain BEFORE INSERT ON complaints_entry
    FOR EACH ROW EXECUTE FUNCTION timeline_chain();
CREATE TRIGGER timeline_refuse BEFORE UPDATE OR DELETE ON complaints_entry
    FOR EACH ROW EXECUTE FUNCTION timeline_refuse();
CREATE TRIGGER timeline_refuse_truncate BEFORE TRUNCATE ON complaints_entry
    FOR EACH STATEMENT EXECUTE FUNCTION timeline_refuse();

CREATE TRIGGER timeline_refuse BEFORE DELETE ON complaints_entrywords
    FOR EACH ROW EXECUTE FUNCTION timeline_refuse();
CREATE TRIGGER timeline_only_erase BEFORE UPDATE ON complaints_entrywords
    FOR EACH ROW EXECUTE FUNCTION timeline_only_erase();
CREATE TRIGGER timeline_refuse_truncate BEFORE TRUNCATE ON complaints_entrywords
    FOR EACH STATEMENT EXECUTE FUNCTION timeline_refuse();

-- The head moves only from within timeline_chain.
CREATE TRIGGER timeline_refuse BEFORE INSERT OR UPDATE OR DELETE ON complaints_timelinehead
    FOR EACH ROW WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION timeline_refuse();
CREATE TRIGGER timeline_refuse_truncate BEFORE TRUNCATE ON complaints_timelinehead
    FOR EACH STATEMENT EXECUTE FUNCTION timeline_refuse();
