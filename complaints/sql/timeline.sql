-- The timeline's promises, kept by the database: every entry gets a number and a hash over itself and the one before it
-- in the same case, and nothing that was written is changed or removed.
-- `complaints/verify.py` computes the same hash on its own; change neither without the other.

CREATE OR REPLACE FUNCTION timeline_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_number integer;
    last_hash text;
BEGIN
    SELECT number, hash INTO last_number, last_hash
      FROM complaints_timelinehead WHERE complaint_id = NEW.complaint_id FOR UPDATE;
    NEW.number := coalesce(last_number, 0) + 1;
    NEW.hash := encode(sha256(convert_to(concat_ws('|',
        'v1', coalesce(last_hash, ''), NEW.complaint_id, NEW.number,
        (extract(epoch FROM NEW.at) * 1000000)::bigint,
        NEW.move, NEW.from_state, NEW.to_state, NEW.actor_kind, coalesce(NEW.actor_id::text, ''), NEW.via,
        coalesce(NEW.from_queue_id::text, ''), coalesce(NEW.to_queue_id::text, ''), coalesce(NEW.holder_id::text, ''),
        coalesce(((extract(epoch FROM NEW.due_at) * 1000000)::bigint)::text, ''), NEW.detail, NEW.commitment
    ), 'UTF8')), 'hex');
    IF last_number IS NULL THEN
        INSERT INTO complaints_timelinehead (complaint_id, number, hash) VALUES (NEW.complaint_id, NEW.number, NEW.hash);
    ELSE
        UPDATE complaints_timelinehead SET number = NEW.number, hash = NEW.hash WHERE complaint_id = NEW.complaint_id;
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
