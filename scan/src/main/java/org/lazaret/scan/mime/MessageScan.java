package org.lazaret.scan.mime;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.examine.Budget;
import org.lazaret.scan.examine.PasswordWords;
import org.lazaret.scan.examine.Spool;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.LimitExceeded;

/**
 * Takes the attachments out of one message. A message that leaves no choice is read once. One that does is read again in every plausible
 * way, and the parts of all readings are handed on; whether the readings disagree about more than harmless text is known once the parts
 * were examined: {@link #disagreements}.
 */
public final class MessageScan {
    private static final int HEAD = 1 << 10;
    private static final int TEXT_HEAD = 1 << 16;
    private static final int MAX_ALTERNATIVES = 12;

    /**
     * An attachment as a reading found it.
     *
     * @param names       the one that most programs show first; empty when there is none
     * @param inline      whether it would be shown as text
     * @param depth       multiparts around it
     * @param notes       rules that its header breaks
     * @param obstacles   why its content is not all there is to see
     */
    public record Part(List<String> names, String declaredType, Content content, boolean testString, boolean inline, int depth,
                       List<Note> notes, List<Obstacle> obstacles) {
        public String name() {
            return names.isEmpty() ? "" : names.getFirst();
        }
    }

    /** A rule and what it was seen by. */
    public record Note(String rule, String evidence) {
    }

    /** Something that keeps the message or a part from being scanned. */
    public record Obstacle(Reason reason, String detail) {
    }

    /** @param inert whether the body is not of its encoding at all, so that what comes out is nothing unless it is of a known type */
    private record Decoded(Content content, boolean testString, boolean inert) {
    }

    private final Budget budget;
    private final Spool spool;
    private final PasswordWords words;
    private final int depth;
    private final Map<String, Part> parts = new LinkedHashMap<>();
    private final List<Set<String>> readings = new ArrayList<>();
    private final List<Set<String>> choices = new ArrayList<>();
    private final Set<Anomaly> anomalies = EnumSet.noneOf(Anomaly.class);
    private final List<Obstacle> obstacles = new ArrayList<>();
    private final Map<String, List<Decoded>> leaves = new HashMap<>();
    private final Set<String> texts = new HashSet<>();
    private boolean full;

    /** @param depth levels around this message */
    public MessageScan(Budget budget, Spool spool, PasswordWords words, int depth) {
        this.budget = budget;
        this.spool = spool;
        this.words = words;
        this.depth = depth;
    }

    /** Reads the message, more than once when it leaves a choice. */
    public void read(MessageSource source) throws IOException {
        Walk plain = walk(source, Reading.PLAIN, new Once(), depth);
        words.add(Words.decodeWords(plain.subject()));
        anomalies.addAll(plain.anomalies());
        if (!anomalies.isEmpty() || plain.partsInText()) {
            for (Reading reading : plausible()) {
                if (full) {
                    return;
                }
                Again again = new Again(reading, depth);
                walk(source, reading, again, depth);
                if (!again.skipped) {
                    readings.add(again.seen);
                }
            }
            if (anomalies.isEmpty()) {
                readings.clear();
            }
        }
    }

    private Walk walk(MessageSource source, Reading reading, Walk.Receiver receiver, int from) throws IOException {
        Walk walk = new Walk(reading, receiver, Math.max(0, budget.limits().depth() - from));
        source.writeTo(walk);
        walk.finish();
        return walk;
    }

    private List<Reading> plausible() {
        List<Reading> plausible = new ArrayList<>(List.of(Reading.FIRST, Reading.LAST, Reading.EVERY));
        if (anomalies.contains(Anomaly.FIELD_BROKEN) || anomalies.contains(Anomaly.FIELD_NAME)) {
            plausible.add(Reading.SKIPPING);
        }
        if (anomalies.contains(Anomaly.FIELD_FOLDED)) {
            plausible.add(Reading.BLANK_ENDS);
        }
        if (anomalies.contains(Anomaly.ENCODING_COMPOSITE)) {
            plausible.add(Reading.DECODING);
        }
        if (anomalies.contains(Anomaly.LINE_END)) {
            plausible.add(Reading.CR_ENDS);
            plausible.add(Reading.CRLF_ENDS);
            plausible.add(Reading.EVERY_CR);
        }
        if (anomalies.contains(Anomaly.BOUNDARY_REUSED) || anomalies.contains(Anomaly.BOUNDARY_MISSING)) {
            plausible.add(Reading.PREFIX);
        }
        return plausible;
    }

    /** Every part of every reading, each content under each set of names once. */
    public List<Part> parts() {
        return List.copyOf(parts.values());
    }

    /** Obstacles of the message as a whole. */
    public List<Obstacle> obstacles() {
        return obstacles;
    }

    /**
     * What two readers could disagree on, as rules; empty when all of them see the same, or nothing but harmless text.
     *
     * @param harmless whether the content of this SHA-256 can do nothing in any reading
     */
    public List<String> disagreements(Predicate<String> harmless) {
        boolean disagree = false;
        @Nullable Set<String> first = null;
        for (Set<String> reading : readings) {
            Set<String> telling = new HashSet<>(reading);
            telling.removeIf(harmless);
            disagree |= first != null && !first.equals(telling);
            first = telling;
        }
        for (Set<String> choice : choices) {
            disagree |= !choice.stream().allMatch(harmless);
        }
        return disagree ? anomalies.stream().map(Anomaly::rule).toList() : List.of();
    }

    private void exceeded(LimitExceeded e) {
        full |= budget.exhausted();
        Obstacle obstacle = new Obstacle(Reason.OVER_LIMIT, String.valueOf(e.getMessage()));
        if (!obstacles.contains(obstacle)) {
            obstacles.add(obstacle);
        }
    }

    /** Writes under the budget; what is over it is dropped, and the obstacle noted. */
    private Output budgeted(Spool.Writer writer) {
        return (bytes, offset, length) -> {
            if (!full) {
                try {
                    budget.bytes(length);
                    budget.time();
                    writer.write(bytes, offset, length);
                } catch (LimitExceeded e) {
                    exceeded(e);
                }
            }
        };
    }

    private void add(Entity entity, Content content, boolean testString, boolean inert, int at) {
        List<Note> notes = new ArrayList<>();
        List<Obstacle> hidden = new ArrayList<>();
        Special.judge(entity, notes, hidden);
        Part part = new Part(entity.names(), entity.type(), content, testString, inert || entity.inlineText(), at, notes, hidden);
        parts.putIfAbsent(content.sha256() + entity.names(), part);
    }

    /** Takes the words and the files out of a text that is shown. */
    private void text(Content content, int at) throws IOException {
        if (content.size() == 0) {
            return;
        }
        byte[] head = content.range(0, TEXT_HEAD);
        words.add(head, head.length);
        blocks(content, head, at);
    }

    private void blocks(Content content, byte[] head, int at) throws IOException {
        if (!TextBlocks.hinted(content, head)) {
            return;
        }
        TextBlocks.extract(content, new TextBlocks.Found() {
            private Spool.@Nullable Writer writer;
            private Note note = new Note("", "");

            @Override
            public Output begin(String rule, String name) {
                if (!counted()) {
                    writer = null;
                    return (bytes, offset, length) -> { };
                }
                Spool.Writer begun = spool.writer();
                writer = begun;
                note = new Note(rule, name);
                return budgeted(begun);
            }

            @Override
            public void end() throws IOException {
                if (writer != null) {
                    Content file = writer.finish();
                    List<String> names = note.evidence().isEmpty() ? List.of() : List.of(note.evidence());
                    parts.putIfAbsent(file.sha256() + names,
                            new Part(names, "application/octet-stream", file, writer.testStringSeen(), false, at, List.of(note), List.of()));
                    writer = null;
                }
            }
        });
    }

    private boolean counted() {
        try {
            budget.entry();
            budget.time();
            return true;
        } catch (LimitExceeded e) {
            exceeded(e);
            return false;
        }
    }

    /** What every leaf of every reading has in common. */
    private abstract class Collector implements Walk.Receiver {
        protected @Nullable Entity entity;
        protected Spool.@Nullable Writer writer;
        protected int depth;

        @Override
        public boolean part() {
            return counted();
        }

        @Override
        public void tooDeep(int at) {
            Obstacle obstacle = new Obstacle(Reason.OVER_LIMIT, "depth: more than " + budget.limits().depth());
            if (!obstacles.contains(obstacle)) {
                obstacles.add(obstacle);
            }
        }
    }

    /** The first reading: decodes as it goes. */
    private final class Once extends Collector {
        private @Nullable Decoder decoder;

        @Override
        public Decoder begin(Entity begun, int at) {
            Spool.Writer target = begun.inlineText() ? spool.unhashed() : spool.writer();
            entity = begun;
            writer = target;
            depth = at;
            Output output = budgeted(target);
            Decoder chosen = switch (begun.encoding()) {
                case "base64" -> new Base64Decoder(output);
                case "quoted-printable" -> new QuotedPrintableDecoder(output);
                default -> new Decoder.Identity(output);
            };
            decoder = chosen;
            return chosen;
        }

        @Override
        public void end() throws IOException {
            if (writer == null || entity == null) {
                return;
            }
            boolean testString = writer.testStringSeen();
            Content content = writer.finish();
            writer = null;
            boolean identity = decoder instanceof Decoder.Identity;
            if (decoder instanceof Base64Decoder base64 && base64.odd()) {
                anomalies.add(Anomaly.BASE64_ODD);
            }
            if (decoder instanceof QuotedPrintableDecoder quoted && quoted.odd()) {
                anomalies.add(Anomaly.QUOTED_PRINTABLE_ODD);
            }
            byte[] head = content.range(0, HEAD);
            boolean text = Texts.plain(head);
            boolean inert = decoder instanceof Base64Decoder odd && odd.mostlyJunk();
            if (identity && !entity.inlineText() && text && !entity.type().startsWith("text/") && Base64Variant.evident(head)) {
                anomalies.add(Anomaly.ENCODING_UNDECLARED);
            }
            if (entity.inlineText() && text) {
                text(content, depth);
                return;
            }
            add(entity, content, testString, inert, depth);
            if ((identity && text || entity.inlineText()) && !MessageAnalyser.embeds(entity.type())) {
                blocks(content, content.range(0, TEXT_HEAD), depth);
            }
        }
    }

    /** A further reading: keeps what is encoded, then decodes it in every plausible way. */
    private final class Again extends Collector {
        private final Set<String> seen = new LinkedHashSet<>();
        private final Reading reading;
        private final int level;
        private boolean skipped;

        Again(Reading reading, int level) {
            this.reading = reading;
            this.level = level;
        }

        @Override
        public Decoder begin(Entity begun, int at) {
            Spool.Writer target = spool.writer();
            entity = begun;
            writer = target;
            depth = at;
            return new Decoder.Identity((bytes, offset, length) -> {
                if (full) {
                    return;
                }
                try {
                    budget.time();
                    budget.room(target.size() + length);
                    target.write(bytes, offset, length);
                } catch (LimitExceeded e) {
                    exceeded(e);
                }
            });
        }

        @Override
        public void end() throws IOException {
            if (writer == null || entity == null) {
                return;
            }
            Content raw = writer.finish();
            boolean rawTestString = writer.testStringSeen();
            writer = null;
            if (reading.decodes() && entity.multipart()) {
                compose(entity, raw);
                return;
            }
            String key = raw.sha256() + entity.encoding() + entity.certain() + entity.inlineText();
            List<Decoded> known = leaves.get(key);
            if (known != null) {
                spool.release(raw);
            } else {
                known = decode(entity, raw, rawTestString);
                leaves.put(key, known);
            }
            boolean plain = entity.inlineText();
            for (Decoded decoded : known) {
                plain &= Texts.plain(decoded.content().range(0, HEAD));
            }
            if (plain) {
                for (Decoded decoded : known) {
                    if (texts.add(decoded.content().sha256())) {
                        text(decoded.content(), depth);
                    }
                }
                return;
            }
            Set<String> contents = new LinkedHashSet<>();
            for (Decoded decoded : known) {
                add(entity, decoded.content(), decoded.testString(), decoded.inert(), depth);
                contents.add(decoded.content().sha256());
            }
            if (!known.isEmpty()) {
                seen.add(known.getFirst().content().sha256());
            }
            if (contents.size() > 1) {
                choices.add(contents);
            }
        }

        private List<Decoded> decode(Entity leaf, Content raw, boolean rawTestString) throws IOException {
            Map<String, Decoded> decoded = new LinkedHashMap<>();
            byte[] head = raw.range(0, HEAD);
            boolean base64 = leaf.encoding().equals("base64");
            boolean inert = base64 && !Base64Variant.plausible(head);
            boolean quoted = leaf.encoding().equals("quoted-printable");
            boolean any = !leaf.certain();
            boolean undeclared = !leaf.inlineText() && !base64 && !quoted && Base64Variant.evident(head);
            if (!base64 && !quoted) {
                put(decoded, new Decoded(raw, rawTestString, inert));
            }
            if (base64 || (any || undeclared) && Base64Variant.plausible(head)) {
                Spool.Writer usual = spool.writer();
                Base64Decoder decoder = new Base64Decoder(budgeted(usual));
                feed(raw, decoder);
                put(decoded, new Decoded(usual.finish(), usual.testStringSeen(), inert));
                if (decoder.odd()) {
                    for (Base64Variant variant : Base64Variant.values()) {
                        Spool.Writer target = spool.writer();
                        variant.decode(raw.open(), budgeted(target));
                        put(decoded, new Decoded(target.finish(), target.testStringSeen(), inert));
                    }
                }
            }
            if (quoted || any && new String(head, StandardCharsets.ISO_8859_1).matches("(?s).*=[0-9A-Fa-f]{2}.*")) {
                Spool.Writer usual = spool.writer();
                QuotedPrintableDecoder decoder = new QuotedPrintableDecoder(budgeted(usual));
                feed(raw, decoder);
                put(decoded, new Decoded(usual.finish(), usual.testStringSeen(), inert));
                if (decoder.odd()) {
                    Spool.Writer target = spool.writer();
                    QuotedPrintableVariant.decode(raw.open(), budgeted(target));
                    put(decoded, new Decoded(target.finish(), target.testStringSeen(), inert));
                }
            }
            if (any && (base64 || quoted)) {
                put(decoded, new Decoded(raw, rawTestString, inert));
            }
            return List.copyOf(decoded.values());
        }

        /**
         * A multipart that came encoded against RFC 2045, section 6.4: decoded, made a message of its own and walked. Quoted-printable
         * says so of many multiparts whose parts are encoded one by one, and no reader takes it at its word: that is scanned, not compared.
         */
        private void compose(Entity leaf, Content raw) throws IOException {
            boolean base64 = leaf.encoding().equals("base64");
            skipped |= !base64;
            if (level >= budget.limits().depth() || base64 && !Base64Variant.plausible(raw.range(0, HEAD))) {
                skipped = true;
                return;
            }
            Spool.Writer target = spool.writer();
            byte[] header = ("Content-Type: " + leaf.typeField().strip() + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);
            target.write(header, 0, header.length);
            Output output = budgeted(target);
            feed(raw, base64 ? new Base64Decoder(output) : new QuotedPrintableDecoder(output));
            Content message = target.finish();
            Again inner = new Again(reading, level + 1);
            walk(out -> message.open().transferTo(out), reading, inner, level + 1);
            seen.addAll(inner.seen);
            skipped |= inner.skipped;
        }

        private static void put(Map<String, Decoded> decoded, Decoded one) {
            if (one.content().size() > 0 && decoded.size() < MAX_ALTERNATIVES) {
                decoded.putIfAbsent(one.content().sha256(), one);
            }
        }

        private static void feed(Content raw, Decoder decoder) throws IOException {
            Lines lines = new Lines(raw.open());
            for (byte @Nullable [] line = lines.next(); line != null; line = lines.next()) {
                decoder.line(line, 0, line.length, lines.whole() ? Decoder.LineEnd.CRLF : Decoder.LineEnd.NONE);
            }
            decoder.end();
        }
    }
}
