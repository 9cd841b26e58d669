package org.lazaret.scan;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.archive.Archives;
import org.lazaret.scan.document.Documents;
import org.lazaret.scan.engine.Engines;
import org.lazaret.scan.examine.Analysers;
import org.lazaret.scan.examine.Budget;
import org.lazaret.scan.examine.MailExamination;
import org.lazaret.scan.examine.MailExamination.Outcome;
import org.lazaret.scan.examine.Opinions;
import org.lazaret.scan.examine.PasswordWords;
import org.lazaret.scan.examine.Spool;
import org.lazaret.scan.examine.VerdictCache;
import org.lazaret.scan.examine.VerdictCache.Seen;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.log.Log;
import org.lazaret.scan.mime.EncodedTextAnalyser;
import org.lazaret.scan.mime.MessageAnalyser;
import org.lazaret.scan.mime.MessageScan;
import org.lazaret.scan.mime.MessageScan.Part;
import org.lazaret.scan.mime.PartExaminer;
import org.lazaret.scan.mime.SecureMessageAnalyser;
import org.lazaret.scan.name.Extensions;
import org.lazaret.scan.name.Names;
import org.lazaret.scan.type.Type;
import org.lazaret.scan.type.TypeAnalyser;
import org.lazaret.scan.type.Types;

/**
 * Classifies messages and files. Immutable and safe for concurrent use: each call has its own budget, and keeps no more on the heap than a
 * few times {@link Limits#memory()}.
 */
public final class Scanner {
    private static final Log LOGGER = Log.of(Scanner.class);
    private static final int CACHED = 20_000;
    private static final int MAX_REPORTED = 1_000;
    private static final int MAX_REMEMBERED = 200;

    private final ScanSettings settings;
    private final Rules rules = Rules.load();
    private final VerdictCache cache = new VerdictCache(CACHED);
    private final Analysers analysers;
    private final Engines engines;
    private final String version;
    private final LongAdder known = new LongAdder();
    private final LongAdder analysed = new LongAdder();

    public Scanner(ScanSettings settings) {
        this(settings, Engines.none());
    }

    /** @param engines asked about each attachment while it is analysed; closed by whoever made them */
    public Scanner(ScanSettings settings, Engines engines) {
        this(settings, analysers(settings), engines);
    }

    Scanner(ScanSettings settings, Analysers analysers) {
        this(settings, analysers, Engines.none());
    }

    Scanner(ScanSettings settings, Analysers analysers, Engines engines) {
        this.engines = engines;
        this.settings = settings;
        this.analysers = analysers;
        this.version = rules.version() + settings.limits();
    }

    /** Every analyser there is: one that is not in this list does not run. */
    private static Analysers analysers(ScanSettings settings) {
        List<Analyser> contents = new ArrayList<>();
        contents.add(new MessageAnalyser());
        contents.add(new SecureMessageAnalyser());
        contents.add(new EncodedTextAnalyser());
        contents.addAll(Archives.analysers());
        contents.addAll(Documents.analysers());
        return new Analysers(List.of(Names.analyser(Extensions.of(settings)), new TypeAnalyser()), contents);
    }

    /**
     * Classifies a message. Never throws for what a message can hold, nor for an {@link Error} out of a parser: both are verdicts.
     */
    public Verdict scanMessage(MessageSource message) {
        try (Scan scan = new Scan()) {
            return scan.message(message);
        } catch (Throwable e) {
            return failed(e);
        }
    }

    /**
     * Classifies one file as if it were an attachment.
     *
     * @param name         its name
     * @param declaredType media type, or {@code application/octet-stream} when none is known
     */
    public Verdict scanFile(String name, String declaredType, InputStream content) {
        try (Scan scan = new Scan()) {
            return scan.file(name, declaredType, content);
        } catch (Throwable e) {
            return failed(e);
        }
    }

    /**
     * Attachments that were met.
     *
     * @param known    whose outcome was known from before
     * @param analysed that were looked into
     */
    public record Attachments(long known, long analysed) {
    }

    /** All since this was made. */
    public Attachments attachments() {
        return new Attachments(known.sum(), analysed.sum());
    }

    private static Verdict failed(Throwable e) {
        try {
            LOGGER.error("The scan failed", e);
            return new Verdict.Failed(Score.NONE, List.of(), List.of(), e.getClass().getSimpleName() + ": " + e.getMessage());
        } catch (Throwable again) {
            return new Verdict.Failed(Score.NONE, List.of(), List.of(), "The scan failed");
        }
    }

    /** One call. */
    private final class Scan implements AutoCloseable {
        private final Budget budget = new Budget(settings.limits());
        private final Spool spool = new Spool(settings.temporary(), settings.limits().memory());
        private final PasswordWords words = new PasswordWords();
        private final MailExamination examination = new MailExamination(rules, budget, spool, analysers, words, this::saw);
        private final Opinions opinions = new Opinions(engines, rules);
        private final List<Judged> judged = new ArrayList<>();
        private final List<Attachment> attachments = new ArrayList<>();
        private final List<Finding> findings = new ArrayList<>();
        private final List<Unscannable> obstacles = new ArrayList<>();
        private final Set<String> harmful = new HashSet<>();
        private List<Seen> seen = new ArrayList<>();
        private Score score = Score.NONE;

        /** @param seen what engines are asked about, the part itself first */
        private record Judged(Part part, Set<Type> types, Outcome outcome, List<Seen> seen) {
        }

        Verdict message(MessageSource source) throws IOException {
            MessageScan walked = new MessageScan(budget, spool, words, 0);
            walked.read(source);
            for (MessageScan.Obstacle obstacle : walked.obstacles()) {
                obstacles.add(new Unscannable(obstacle.reason(), obstacle.detail(), List.of()));
            }
            attachments(walked.parts());
            List<String> disagreements = walked.disagreements(sha256 -> !harmful.contains(sha256));
            if (!disagreements.isEmpty()) {
                Outcome outcome = new Outcome();
                examination.direct(outcome, 0);
                disagreements.forEach(rule -> examination.finding(List.of(), rule, "", ""));
                examination.unscannable(List.of(), Reason.AMBIGUOUS, String.join(", ", disagreements));
                collect(outcome);
            }
            return verdict();
        }

        Verdict file(String name, String declaredType, InputStream content) throws IOException {
            Spool.Writer writer = spool.writer();
            byte[] block = new byte[1 << 15];
            try {
                budget.entry();
                for (int count = content.read(block); count >= 0; count = content.read(block)) {
                    budget.bytes(count);
                    budget.time();
                    writer.write(block, 0, count);
                }
            } catch (LimitExceeded e) {
                obstacles.add(new Unscannable(Reason.OVER_LIMIT, String.valueOf(e.getMessage()), List.of(name)));
            }
            attachments(List.of(new Part(List.of(name), declaredType, writer.finish(), writer.testStringSeen(), false, 0, List.of(), List.of())));
            return verdict();
        }

        /** Puts all of them to the engines, analyses them meanwhile, and then brings together what was found. */
        private void attachments(List<Part> parts) {
            for (Part part : parts) {
                opinions.ask(part.name(), part.content());
            }
            for (Part part : parts) {
                attachment(part);
            }
            for (Judged one : judged) {
                count(one.part(), one.types(), opinions.with(one.outcome(), one.seen()));
            }
            collect(opinions.ofTheMail());
        }

        private void attachment(Part part) {
            Content content = part.content();
            VerdictCache.Key key = new VerdictCache.Key(content.sha256(), content.size(), part.names(), part.declaredType(), part.testString(),
                    part.depth(), version);
            Optional<VerdictCache.Known> known = part.notes().isEmpty() && part.obstacles().isEmpty() ? cache.find(key) : Optional.empty();
            if (known.isPresent() && affordable(known.get())) {
                Scanner.this.known.increment();
                judged.add(new Judged(part, known.get().types(), known.get().outcome(), known.get().seen()));
                return;
            }
            analysed.increment();
            Outcome outcome = new Outcome();
            examination.direct(outcome, part.depth());
            seen = new ArrayList<>();
            Set<Type> types = MailExamination.types(content, part.name());
            Item item = new Item(List.of(part.name()), part.name(), part.declaredType(), content, types, 0);
            int entries = budget.entriesUsed();
            long bytes = budget.bytesUsed();
            try {
                PartExaminer.examine(examination, item, part);
            } catch (LimitExceeded e) {
                // The budget is used up: the obstacle is noted, and every later attachment meets it as well.
            }
            if (seen.isEmpty()) {
                seen.add(new Seen(item.path(), content.sha256()));
            }
            boolean lasting = part.notes().isEmpty() && part.obstacles().isEmpty() && !examination.passwordsAsked()
                    && outcome.obstacles().stream().noneMatch(o -> o.reason() == Reason.OVER_LIMIT);
            if (lasting && !budget.exhausted() && seen.size() <= MAX_REMEMBERED) {
                cache.keep(key, new VerdictCache.Known(outcome, types, budget.entriesUsed() - entries, budget.bytesUsed() - bytes, seen));
            }
            judged.add(new Judged(part, types, outcome, seen));
        }

        /** What is inside is looked up by its hash; only what was decrypted is put to engines that see the whole attachment anyway. */
        private boolean saw(Item item, boolean decrypted) {
            boolean attachment = item.depth() == 0;
            if (attachment || decrypted || engines.askAboutHashes()) {
                seen.add(new Seen(item.path(), item.content().sha256()));
            }
            return decrypted && opinions.ask(item.name(), item.content());
        }

        private boolean affordable(VerdictCache.Known known) {
            try {
                budget.entries(known.entries());
                budget.bytes(known.bytes());
                return true;
            } catch (LimitExceeded e) {
                return false;
            }
        }

        private void count(Part part, Set<Type> types, Outcome outcome) {
            String detected = Types.primary(types).mediaType();
            Content content = part.content();
            attachments.add(new Attachment(MailExamination.cut(part.name()), MailExamination.cut(part.declaredType()), detected, content.size(),
                    content.sha256(), outcome.score()));
            if (!PartExaminer.harmless(part, types, outcome.score())) {
                harmful.add(content.sha256());
            }
            collect(outcome);
        }

        private void collect(Outcome outcome) {
            findings.addAll(outcome.findings());
            obstacles.addAll(outcome.obstacles());
            score = score.max(outcome.score());
        }

        private Verdict verdict() {
            Optional<String> failure = opinions.failure();
            if (attachments.isEmpty() && findings.isEmpty() && obstacles.isEmpty() && failure.isEmpty()) {
                return Verdict.Scanned.NO_ATTACHMENT;
            }
            findings.sort(Comparator.comparing(Finding::weight).reversed());
            List<Finding> worst = findings.size() > MAX_REPORTED ? findings.subList(0, MAX_REPORTED) : findings;
            List<Unscannable> distinct = obstacles.stream().distinct().limit(MAX_REPORTED).toList();
            List<Attachment> reported = attachments.size() > MAX_REPORTED ? attachments.subList(0, MAX_REPORTED) : attachments;
            if (failure.isPresent()) {
                return new Verdict.Failed(score, worst, reported, distinct, failure.get());
            }
            return distinct.isEmpty() ? new Verdict.Scanned(score, worst, reported)
                    : new Verdict.NotScannable(score, worst, reported, distinct);
        }

        @Override
        public void close() throws IOException {
            opinions.close();
            spool.close();
        }
    }
}
