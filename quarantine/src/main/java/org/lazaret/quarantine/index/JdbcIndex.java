package org.lazaret.quarantine.index;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.StatementContext;
import org.lazaret.policy.verdict.VerdictCodec;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Quarantine.Arrived;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.RecordId;
import org.lazaret.quarantine.State;
import org.lazaret.quarantine.Upkeep.Figures;
import org.lazaret.quarantine.audit.Audit;
import org.lazaret.quarantine.audit.AuditEntry;
import org.lazaret.quarantine.notice.Letter;
import org.lazaret.scan.Attachment;

/**
 * The index in tables. Each change of state is one {@code UPDATE … WHERE state IN (those that State.TRANSITIONS allows)}, so that of several
 * nodes only one makes it.
 */
public final class JdbcIndex implements Index {
    private static final JsonMapper JSON = new JsonMapper();
    static final String KEEPING = Stream.of(State.values()).filter(State::keepsContent).map(state -> "'" + state + "'")
        .collect(Collectors.joining(", "));
    private static final String DUE = "next_attempt <= :now AND lease_until <= :now AND digest_at = 0";

    /** Records of one millisecond. */
    private static final int NUMBERS = 1 << 16;
    /** Recipients of a state, from where on they are looked up one by one. */
    static final int MANY = 1_000;
    private static final long LAST_MILLISECOND = Long.MAX_VALUE / NUMBERS - 1;

    private final Database database;
    private final Audit audit;
    private final Coalescing coalescing;
    private final Holdings holdings;
    private final Tallies tallies;

    /** @param database closed with this */
    public JdbcIndex(Database database) {
        this.database = database;
        this.audit = new JdbcAudit(database);
        this.coalescing = new JdbcCoalescing(database);
        this.holdings = new JdbcHoldings(database);
        this.tallies = new JdbcTallies(database);
    }

    @Override
    public boolean insert(HeldMail mail, String arrivalId, List<Letter> letters, AuditEntry entry) {
        return database.write(handle -> {
            long number = insertRecord(handle, mail, arrivalId);
            if (number < 0) {
                return false;
            }
            insertRecipients(handle, number, mail, entry.at());
            insertTerms(handle, database.fullText(), number, mail);
            insertAttachments(handle, mail);
            JdbcHoldings.added(handle, 1, mail.size());
            post(handle, mail.id(), letters, entry.at());
            JdbcAudit.append(handle, entry);
            return true;
        });
    }

    /** Returns the number that the record got; -1 when there is one of that id. */
    private static long insertRecord(Handle handle, HeldMail mail, String arrivalId) {
        while (true) {
            long number = firstNumber(mail.received()) + ThreadLocalRandom.current().nextInt(NUMBERS);
            int inserted = handle.createUpdate("INSERT INTO record (id, number, arrival_id, sender, received, subject, header_from, message_id, size,"
                    + " sha256, score, verdict) VALUES (:id, :number, :arrival, :sender, :received, :subject, :from, :messageId, :size, :sha256,"
                    + " :score, :verdict) ON CONFLICT DO NOTHING")
                .bind("id", mail.id().value())
                .bind("number", number)
                .bind("arrival", arrivalId)
                .bind("sender", mail.envelope().sender())
                .bind("received", mail.received().toEpochMilli())
                .bind("subject", mail.subject())
                .bind("from", mail.from())
                .bind("messageId", mail.messageId())
                .bind("size", mail.size())
                .bind("sha256", mail.sha256())
                .bind("score", mail.verdict().score().tenths())
                .bind("verdict", VerdictCodec.toJson(mail.verdict()))
                .execute();
            if (inserted > 0) {
                return number;
            }
            boolean known = handle.createQuery("SELECT 1 FROM record WHERE id = :id").bind("id", mail.id().value()).mapTo(Integer.class)
                .findFirst().isPresent();
            if (known) {
                return -1;
            }
            // Another record of the same millisecond has the number.
        }
    }

    /** The lowest number that a record received then can have. */
    private static long firstNumber(Instant received) {
        return Math.clamp(received.toEpochMilli(), 0, LAST_MILLISECOND) * NUMBERS;
    }

    static void insertTerms(Handle handle, FullText fullText, long number, HeldMail mail) {
        handle.createUpdate("INSERT INTO record_term (" + fullText.number() + ", terms) VALUES (:number, " + fullText.insert() + ")")
            .bind("number", number)
            .bind("terms", String.join(" ", SearchTerms.of(mail)))
            .execute();
    }

    private static void insertRecipients(Handle handle, long number, HeldMail mail, Instant now) {
        PreparedBatch batch = handle.prepareBatch("INSERT INTO record_recipient (record_id, position, address, address_key, state, previous,"
            + " changed, number) VALUES (:id, :position, :address, :key, :state, :state, :changed, :number)");
        int position = 0;
        for (String recipient : mail.envelope().recipients()) {
            batch.bind("id", mail.id().value())
                .bind("position", position++)
                .bind("address", recipient)
                .bind("key", lower(recipient))
                .bind("state", mail.states().getOrDefault(recipient, State.HELD).name())
                .bind("changed", now.toEpochMilli())
                .bind("number", number)
                .add();
        }
        batch.execute();
    }

    private static void insertAttachments(Handle handle, HeldMail mail) {
        if (mail.verdict().attachments().isEmpty()) {
            return;
        }
        PreparedBatch batch = handle.prepareBatch("INSERT INTO attachment (record_id, position, name, declared_type, detected_type, size,"
            + " sha256, score) VALUES (:id, :position, :name, :declared, :detected, :size, :sha256, :score)");
        int position = 0;
        for (Attachment attachment : mail.verdict().attachments()) {
            batch.bind("id", mail.id().value())
                .bind("position", position++)
                .bind("name", attachment.name())
                .bind("declared", attachment.declaredType())
                .bind("detected", attachment.detectedType())
                .bind("size", attachment.size())
                .bind("sha256", attachment.sha256())
                .bind("score", attachment.score().tenths())
                .add();
        }
        batch.execute();
    }

    @Override
    public Optional<HeldMail> find(RecordId id) {
        return database.read(handle -> load(handle, List.of(id.value())).stream().findFirst());
    }

    @Override
    public List<HeldMail> search(Query query) {
        return database.read(handle -> {
            Optional<Statement> statement = statement(handle, query);
            return statement.isEmpty() ? List.of() : load(handle, statement.get().on(handle).mapTo(String.class).list());
        });
    }

    /** How the database would go about a query, for people. */
    public List<String> explain(Query query) {
        return database.read(handle -> statement(handle, query)
            // What it says is in the last column.
            .map(statement -> statement.explained(database.explain()).on(handle)
                .map((row, context) -> row.getString(row.getMetaData().getColumnCount())).list())
            .orElse(List.of()));
    }

    private record Statement(String sql, Map<String, Object> values) {
        private org.jdbi.v3.core.statement.Query on(Handle handle) {
            return handle.createQuery(sql).bindMap(values);
        }

        private Statement explained(String explain) {
            return new Statement(explain + " " + sql, values);
        }
    }

    /**
     * Finds the ids of a page. Each way reads an index in the order of the record's numbers, from where the page begins: the full-text
     * index when there are terms, a recipient's or a state's mails, or all.
     *
     * @return empty when the page would begin behind a record that is not there
     */
    private Optional<Statement> statement(Handle handle, Query query) {
        if (query.order() == Query.Order.WORST) {
            return worst(handle, query);
        }
        Map<String, Object> values = new HashMap<>();
        values.put("limit", query.limit());
        long first = query.from().map(JdbcIndex::firstNumber).orElse(0L);
        long end = query.until().map(JdbcIndex::firstNumber).orElse(Long.MAX_VALUE);
        if (query.after().isPresent()) {
            Optional<Long> after = handle.createQuery("SELECT number FROM record WHERE id = :id").bind("id", query.after().get().value())
                .mapTo(Long.class).findFirst();
            if (after.isEmpty()) {
                return Optional.empty();
            }
            if (query.order() == Query.Order.NEWEST) {
                end = Math.min(end, after.get());
            } else {
                first = Math.max(first, after.get() + 1);
            }
        }
        String order = query.order() == Query.Order.NEWEST ? " DESC" : "";
        values.put("first", first);
        values.put("end", end);
        query.recipient().ifPresent(recipient -> values.put("recipient", lower(recipient)));
        List<List<String>> terms = SearchTerms.of(query);
        String numbers;
        if (!terms.isEmpty()) {
            values.put("terms", database.fullText().all(terms));
            numbers = byTerms(handle, query, order);
        } else if (query.recipient().isPresent()) {
            // Compared with a truth, no index on the state is taken in place of the recipient's own.
            String states = query.states().isEmpty() ? "" : " AND (p.state IN (" + names(query.states()) + ")) = TRUE";
            numbers = fromRecipients(" AND p.address_key = :recipient" + states + score(query, "p.number"), order);
        } else if (query.states().isEmpty()) {
            String score = SearchTerms.isWide(query) ? " AND " + scores("r", query) : "";
            numbers = "SELECT r.number FROM record r WHERE r.number >= :first AND r.number < :end" + score + " ORDER BY r.number" + order
                + " LIMIT :limit";
        } else {
            // One state after the other is in order, several together are not.
            numbers = query.states().stream().sorted()
                .map(state -> "SELECT * FROM (" + fromRecipients(" AND p.state = '" + state + "'" + score(query, "p.number"), order) + ") " + state)
                .collect(Collectors.joining(" UNION "));
        }
        return Optional.of(new Statement("SELECT r.id FROM (" + numbers + ") n JOIN record r ON r.number = n.number ORDER BY n.number"
            + order + " LIMIT :limit", values));
    }

    /**
     * The page by score. It is read from the index of scores, and each record looked up in what the other criteria find; unless these are
     * few, which are sorted. The signs keep databases from the index of numbers: there they would read every record to sort it.
     */
    private Optional<Statement> worst(Handle handle, Query query) {
        Map<String, Object> values = new HashMap<>();
        values.put("limit", query.limit());
        List<String> conditions = new ArrayList<>(List.of(scores("r", query)));
        query.from().ifPresent(from -> {
            conditions.add("+r.number >= :first");
            values.put("first", firstNumber(from));
        });
        query.until().ifPresent(until -> {
            conditions.add("+r.number < :end");
            values.put("end", firstNumber(until));
        });
        if (query.after().isPresent()) {
            Optional<long[]> after = handle.createQuery("SELECT score, number FROM record WHERE id = :id").bind("id", query.after().get().value())
                .map((row, context) -> new long[] {row.getLong(1), row.getLong(2)}).findFirst();
            if (after.isEmpty()) {
                return Optional.empty();
            }
            conditions.add("(r.score, r.number) < (:score, :number)");
            values.put("score", after.get()[0]);
            values.put("number", after.get()[1]);
        }
        List<List<String>> terms = SearchTerms.of(query);
        if (!terms.isEmpty()) {
            values.put("terms", database.fullText().all(terms));
            conditions.add("+r.number IN (SELECT record_term." + database.fullText().number() + " FROM record_term WHERE "
                + database.fullText().matches() + ")");
        }
        List<String> ofRecipients = new ArrayList<>();
        query.recipient().ifPresent(recipient -> {
            ofRecipients.add("p.address_key = :recipient");
            values.put("recipient", lower(recipient));
        });
        if (!query.states().isEmpty()) {
            ofRecipients.add("p.state IN (" + names(query.states()) + ")");
        }
        String records = "record r";
        if (!ofRecipients.isEmpty()) {
            String all = String.join(" AND ", ofRecipients);
            if (query.recipient().isEmpty() && areMany(handle, query)) {
                // A page meets enough of them before long, and each record is asked on the way.
                conditions.add("EXISTS (SELECT 1 FROM record_recipient p WHERE p.record_id = r.id AND (" + all + ") = TRUE)");
            } else {
                records = "(SELECT DISTINCT p.number FROM record_recipient p WHERE " + all + ") few CROSS JOIN record r";
                conditions.add("r.number = few.number");
            }
        }
        return Optional.of(new Statement("SELECT r.id FROM " + records + " WHERE " + String.join(" AND ", conditions)
            + " ORDER BY r.score DESC, r.number DESC LIMIT :limit", values));
    }

    private static boolean areMany(Handle handle, Query query) {
        return handle.createQuery("SELECT count(*) FROM (SELECT 1 FROM record_recipient p WHERE p.state IN (" + names(query.states())
            + ") LIMIT :many) s").bind("many", MANY).mapTo(Integer.class).one() == MANY;
    }

    private String byTerms(Handle handle, Query query, String order) {
        String number = "record_term." + database.fullText().number();
        String recipients = "";
        if (!query.states().isEmpty()) {
            String states = "p.state IN (" + names(query.states()) + ")";
            // A recipient's mails are few, since the recipient is among the terms.
            recipients = query.recipient().isEmpty() && !areMany(handle, query)
                ? " AND " + database.fullText().among() + " IN (SELECT p.number FROM record_recipient p WHERE " + states + ")"
                : " AND EXISTS (SELECT 1 FROM record r JOIN record_recipient p ON p.record_id = r.id WHERE r.number = " + number + " AND " + states
                    + (query.recipient().isPresent() ? " AND p.address_key = :recipient" : "") + ")";
        }
        return "SELECT " + number + " AS number FROM record_term WHERE " + database.fullText().matches() + " AND " + number + " >= :first AND "
            + number + " < :end" + score(query, number) + recipients + " ORDER BY " + number + order + " LIMIT :limit";
    }

    private static String fromRecipients(String condition, String order) {
        return "SELECT DISTINCT p.number FROM record_recipient p WHERE p.number >= :first AND p.number < :end" + condition
            + " ORDER BY p.number" + order + " LIMIT :limit";
    }

    /** For a score that the terms do not tell. */
    private static String score(Query query, String number) {
        return SearchTerms.isWide(query) ? " AND EXISTS (SELECT 1 FROM record s WHERE s.number = " + number + " AND " + scores("s", query) + ")" : "";
    }

    private static String scores(String record, Query query) {
        return record + ".score BETWEEN " + query.atLeast().tenths() + " AND " + query.atMost().tenths();
    }

    @Override
    public List<Arrived> arrivals(String prefix) {
        return database.read(handle -> handle.createQuery("SELECT r.arrival_id, r.id FROM record r"
                + " WHERE r.arrival_id >= :prefix AND substr(r.arrival_id, 1, length(:prefix)) = :prefix"
                + " AND EXISTS (SELECT 1 FROM record_recipient p WHERE p.record_id = r.id AND p.state IN (" + KEEPING + "))"
                + " ORDER BY r.received, r.id")
            .bind("prefix", prefix)
            .map((row, context) -> new Arrived(row.getString(1), new RecordId(row.getString(2))))
            .list());
    }

    /** In the order of the ids. */
    static List<HeldMail> load(Handle handle, List<String> ids) {
        if (ids.isEmpty()) {
            return List.of();
        }
        Map<String, Map<String, State>> states = new HashMap<>();
        handle.createQuery("SELECT record_id, address, state FROM record_recipient WHERE record_id IN (<ids>) ORDER BY record_id, position")
            .bindList("ids", ids)
            .map((row, context) -> states.computeIfAbsent(row.getString(1), id -> new LinkedHashMap<>())
                .put(row.getString(2), State.valueOf(row.getString(3))))
            .forEach(before -> { });
        Map<String, HeldMail> mails = new HashMap<>();
        handle.createQuery("SELECT * FROM record WHERE id IN (<ids>)")
            .bindList("ids", ids)
            .map((row, context) -> mail(row, states.getOrDefault(row.getString("id"), Map.of())))
            .forEach(mail -> mails.put(mail.id().value(), mail));
        return ids.stream().map(mails::get).filter(Objects::nonNull).toList();
    }

    private static HeldMail mail(ResultSet row, Map<String, State> states) throws SQLException {
        return new HeldMail(new RecordId(row.getString("id")), new Envelope(row.getString("sender"), List.copyOf(states.keySet())),
            Instant.ofEpochMilli(row.getLong("received")), row.getString("subject"), row.getString("header_from"), row.getString("message_id"),
            row.getLong("size"), row.getString("sha256"), VerdictCodec.fromJson(row.getString("verdict")), states);
    }

    @Override
    public List<String> move(RecordId id, Collection<String> recipients, State to, String owner, AuditEntry entry,
                             Function<List<Moved>, List<Letter>> letters) {
        String sources = names(sourcesOf(to));
        if (sources.isEmpty()) {
            return List.of();
        }
        return database.write(handle -> {
            // One after the other, so that the last of several recipients sees that it is the last.
            handle.createQuery("SELECT id FROM record WHERE id = :id" + database.lockingRows()).bind("id", id.value()).mapTo(String.class).list();
            List<Moved> moved = new ArrayList<>();
            Set<String> keys = recipients.stream().map(JdbcIndex::lower).collect(Collectors.toCollection(TreeSet::new));
            for (String key : keys) {
                moved.addAll(handle.createQuery("UPDATE record_recipient SET previous = state, state = :to, owner = :owner, changed = :now"
                        + " WHERE record_id = :id AND address_key = :key AND state IN (" + sources + ") RETURNING address, previous")
                    .bind("to", to.name())
                    .bind("owner", owner)
                    .bind("now", entry.at().toEpochMilli())
                    .bind("id", id.value())
                    .bind("key", key)
                    .map((row, context) -> new Moved(row.getString(1), State.valueOf(row.getString(2))))
                    .list());
            }
            List<String> addresses = moved.stream().map(Moved::recipient).toList();
            if (!moved.isEmpty()) {
                if (!to.keepsContent()) {
                    JdbcHoldings.markUnused(handle, id);
                }
                post(handle, id, letters.apply(List.copyOf(moved)), entry.at());
                JdbcAudit.append(handle, entry.withRecipients(addresses));
            }
            return addresses;
        });
    }

    static Set<State> sourcesOf(State to) {
        // What leads back is no decision: restore and undelete do it.
        return Stream.of(State.values()).filter(from -> (from != State.RELEASING || to == State.RELEASED) && from != State.DELETED)
            .filter(from -> from.allows(to))
            .collect(Collectors.toSet());
    }

    @Override
    public List<String> restore(RecordId id, Collection<String> recipients, AuditEntry entry) {
        return database.write(handle -> {
            List<String> restored = new ArrayList<>();
            for (String recipient : recipients) {
                restored.addAll(handle.createQuery("UPDATE record_recipient SET state = previous, previous = state, owner = '', changed = :now"
                        + " WHERE record_id = :id AND address_key = :key AND state = 'RELEASING' RETURNING address")
                    .bind("now", entry.at().toEpochMilli())
                    .bind("id", id.value())
                    .bind("key", lower(recipient))
                    .mapTo(String.class)
                    .list());
            }
            if (!restored.isEmpty()) {
                JdbcAudit.append(handle, entry.withRecipients(restored));
            }
            return restored;
        });
    }

    @Override
    public List<String> undelete(RecordId id, Collection<String> recipients, Instant since, AuditEntry entry,
                                 Function<List<String>, List<Letter>> letters) {
        return database.write(handle -> {
            // Also the lock against whoever removes the content.
            int kept = handle.createUpdate("UPDATE record SET content = content WHERE id = :id AND content <> 0").bind("id", id.value()).execute();
            if (kept == 0) {
                return List.of();
            }
            List<String> restored = new ArrayList<>();
            for (String key : recipients.stream().map(JdbcIndex::lower).collect(Collectors.toCollection(TreeSet::new))) {
                restored.addAll(handle.createQuery("UPDATE record_recipient SET state = previous, previous = state, owner = '', changed = :now"
                        + " WHERE record_id = :id AND address_key = :key AND state = 'DELETED' AND changed >= :since RETURNING address")
                    .bind("now", entry.at().toEpochMilli())
                    .bind("since", since.toEpochMilli())
                    .bind("id", id.value())
                    .bind("key", key)
                    .mapTo(String.class)
                    .list());
            }
            if (!restored.isEmpty()) {
                handle.createUpdate("UPDATE record SET content = 1 WHERE id = :id").bind("id", id.value()).execute();
                post(handle, id, letters.apply(List.copyOf(restored)), entry.at());
                JdbcAudit.append(handle, entry.withRecipients(restored));
            }
            return restored;
        });
    }

    @Override
    public boolean takeOver(Releasing left, String owner) {
        return database.write(handle -> handle.createUpdate("UPDATE record_recipient SET owner = :owner WHERE record_id = :id AND address_key = :key"
                + " AND state = 'RELEASING' AND owner = :left")
            .bind("owner", owner)
            .bind("id", left.record().value())
            .bind("key", lower(left.recipient()))
            .bind("left", left.owner())
            .execute()) > 0;
    }

    @Override
    public List<Releasing> releasing() {
        return database.read(handle -> handle.createQuery("SELECT record_id, address, previous, owner, changed FROM record_recipient"
                + " WHERE state = 'RELEASING' ORDER BY changed")
            .map((row, context) -> new Releasing(new RecordId(row.getString(1)), row.getString(2), State.valueOf(row.getString(3)), row.getString(4),
                Instant.ofEpochMilli(row.getLong(5))))
            .list());
    }

    @Override
    public boolean isDue(Instant now) {
        return database.read(handle -> handle.createQuery("SELECT EXISTS (SELECT 1 FROM outbox WHERE " + DUE
                + ") OR EXISTS (SELECT 1 FROM outbox WHERE digest_at > 0 AND digest_at <= :now)")
            .bind("now", now.toEpochMilli())
            .mapTo(Boolean.class)
            .one());
    }

    @Override
    public List<Due> lease(Instant now, Instant until, int limit) {
        return database.write(handle -> {
            List<Due> due = handle.createQuery("SELECT name, kind, sender, recipients, body, attempts, summary FROM outbox WHERE " + DUE
                    + " ORDER BY next_attempt, created LIMIT :limit"
                    + database.lockingFreeRows())
                .bind("now", now.toEpochMilli())
                .bind("limit", limit)
                .map((row, context) -> new Due(new Letter(Outgoing.Kind.valueOf(row.getString(2)), row.getString(1), row.getString(3),
                    strings(row.getString(4)), row.getBytes(5), row.getString(7)), row.getInt(6)))
                .list();
            for (Due letter : due) {
                handle.createUpdate("UPDATE outbox SET lease_until = :until WHERE name = :name")
                    .bind("until", until.toEpochMilli())
                    .bind("name", letter.letter().name())
                    .execute();
            }
            return due;
        });
    }

    @Override
    public void sent(String name) {
        database.write(handle -> handle.createUpdate("DELETE FROM outbox WHERE name = :name").bind("name", name).execute());
    }

    @Override
    public void postpone(String name, String problem, Instant next) {
        database.write(handle -> handle.createUpdate("UPDATE outbox SET attempts = attempts + 1, next_attempt = :next, lease_until = 0,"
                + " problem = :problem WHERE name = :name")
            .bind("next", next.toEpochMilli())
            .bind("problem", problem)
            .bind("name", name)
            .execute());
    }

    @Override
    public Figures figures() {
        return database.read(handle -> {
            Figures.Outbox outbox = handle.createQuery("SELECT count(*), count(CASE WHEN attempts > 0 THEN 1 END),"
                    + " min(CASE WHEN attempts > 0 THEN created END) FROM outbox")
                .map((row, context) -> {
                    Optional<Instant> since = row.getLong(2) == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(row.getLong(3)));
                    return new Figures.Outbox(row.getLong(1), row.getLong(2), since, "");
                })
                .one();
            if (outbox.failing() > 0) {
                outbox = outbox.because(handle.createQuery("SELECT problem FROM outbox WHERE attempts > 0 ORDER BY created LIMIT 1")
                    .mapTo(String.class).findOne().orElse(""));
            }
            Optional<Instant> releasing = handle.createQuery("SELECT min(changed) FROM record_recipient WHERE state = 'RELEASING'")
                .map((row, context) -> row.getLong(1) == 0 ? Optional.<Instant>empty() : Optional.of(Instant.ofEpochMilli(row.getLong(1))))
                .one();
            return handle.createQuery("SELECT s.mails, s.bytes, (SELECT count(*) FROM record_recipient WHERE state = 'REQUESTED'),"
                    + " (SELECT count(*) FROM damaged) FROM stored s WHERE s.one = 1")
                .map(new FiguresOf(outbox, releasing))
                .one();
        });
    }

    private record FiguresOf(Figures.Outbox outbox, Optional<Instant> releasing) implements RowMapper<Figures> {
        @Override
        public Figures map(ResultSet row, StatementContext context) throws SQLException {
            return new Figures(row.getLong(1), row.getLong(2), row.getLong(3), releasing, row.getLong(4), outbox);
        }
    }

    @Override
    public long waiting() {
        return database.read(handle -> handle.createQuery("SELECT count(*) FROM outbox").mapTo(Long.class).one());
    }

    @Override
    public String useMarker(String marker, String arrivalId, Instant now) {
        return database.write(handle -> {
            handle.createUpdate("INSERT INTO marker_use (marker, arrival_id, used) VALUES (:marker, :arrival, :now) ON CONFLICT DO NOTHING")
                .bind("marker", marker)
                .bind("arrival", arrivalId)
                .bind("now", now.toEpochMilli())
                .execute();
            return handle.createQuery("SELECT arrival_id FROM marker_use WHERE marker = :marker").bind("marker", marker).mapTo(String.class).one();
        });
    }

    @Override
    public Coalescing coalescing() {
        return coalescing;
    }

    @Override
    public Holdings holdings() {
        return holdings;
    }

    @Override
    public Tallies tallies() {
        return tallies;
    }

    @Override
    public Audit audit() {
        return audit;
    }

    @Override
    public void close() {
        database.close();
    }

    static void post(Handle handle, RecordId record, List<Letter> letters, Instant now) {
        for (Letter letter : letters) {
            handle.createUpdate("INSERT INTO outbox (name, record_id, kind, sender, recipients, body, summary, created, next_attempt) VALUES (:name,"
                    + " :record, :kind, :sender, :recipients, :body, :summary, :now, :now) ON CONFLICT DO NOTHING")
                .bind("name", letter.name())
                .bind("record", record.value())
                .bind("kind", letter.kind().name())
                .bind("sender", letter.sender())
                .bind("recipients", json(letter.recipients()))
                .bind("body", letter.bytes())
                .bind("summary", letter.summary())
                .bind("now", now.toEpochMilli())
                .execute();
        }
    }

    static String names(Set<State> states) {
        return states.stream().map(state -> "'" + state.name() + "'").sorted().collect(Collectors.joining(", "));
    }

    static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }

    static String json(List<String> texts) {
        try {
            return JSON.writeValueAsString(texts);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Texts can be written as JSON", e);
        }
    }

    static List<String> strings(String json) {
        try {
            return JSON.readValue(json, new TypeReference<List<String>>() { });
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("The index holds a list that is none: " + json, e);
        }
    }
}
