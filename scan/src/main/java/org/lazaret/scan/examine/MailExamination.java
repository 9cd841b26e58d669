package org.lazaret.scan.examine;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Rules;
import org.lazaret.scan.Score;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Unscannable.Reason;
import org.lazaret.scan.inspect.Analyser;
import org.lazaret.scan.inspect.Content;
import org.lazaret.scan.inspect.Examination;
import org.lazaret.scan.inspect.Item;
import org.lazaret.scan.inspect.LimitExceeded;
import org.lazaret.scan.type.Type;
import org.lazaret.scan.type.Types;

/** One mail's examination: runs the analysers over an item and over what they take out of it. For one thread. */
public final class MailExamination implements Examination {
    private static final Content NOTHING = Spool.of(new byte[0]);
    private static final int MAX_NAME = 255;
    private static final int MAX_PER_RULE = 20;
    private static final int MAX_FINDINGS = 200;
    private static final int MAX_OBSTACLES = 100;
    private static final int BLOCK = 1 << 15;

    /** A fault of ours, as opposed to one of the content: fails the scan. */
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Fault(RuntimeException cause) {
            super(cause.getMessage(), cause);
        }
    }

    /** What became of one attachment, or of the mail around them. */
    public static final class Outcome {
        private final List<Finding> findings = new ArrayList<>();
        private final List<Unscannable> obstacles = new ArrayList<>();
        private final Map<String, Score> families = new LinkedHashMap<>();
        private final Map<String, Integer> perRule = new HashMap<>();

        /** Worst first; of a rule that fires very often, the first of its findings. */
        public List<Finding> findings() {
            List<Finding> sorted = new ArrayList<>(findings);
            sorted.sort(Comparator.comparing(Finding::weight).reversed());
            return sorted;
        }

        public List<Unscannable> obstacles() {
            return obstacles;
        }

        /**
         * The highest weight, raised by 0.4 for each other family that has a weight of 3 or more, and by no more than 1: many weak
         * signs do not make a clean invoice malicious.
         */
        public Score score() {
            int top = 0;
            int supporting = -1;
            for (Score weight : families.values()) {
                top = Math.max(top, weight.tenths());
                supporting += weight.tenths() >= 30 ? 1 : 0;
            }
            return new Score(Math.min(100, top + Math.min(10, 4 * Math.max(0, supporting))));
        }

        public void add(Finding finding, String family) {
            families.merge(family, finding.weight(), Score::max);
            keep(finding);
        }

        /** Adds what another outcome says. */
        public void add(Outcome other) {
            other.families.forEach((family, weight) -> families.merge(family, weight, Score::max));
            other.findings.forEach(this::keep);
            other.obstacles.forEach(this::add);
        }

        private void keep(Finding finding) {
            int count = perRule.merge(finding.rule(), 1, Integer::sum);
            if (count <= MAX_PER_RULE && findings.size() < MAX_FINDINGS && !findings.contains(finding)) {
                findings.add(finding);
            }
        }

        public void add(Unscannable obstacle) {
            boolean known = obstacles.stream().anyMatch(o -> o.reason() == obstacle.reason());
            if ((!known || obstacles.size() < MAX_OBSTACLES) && !obstacles.contains(obstacle)) {
                obstacles.add(obstacle);
            }
        }
    }

    private static final class Frame {
        private final Item item;
        private long unpacked;
        private boolean passwordsAsked;

        Frame(Item item) {
            this.item = item;
        }
    }

    private final Rules rules;
    private final Budget budget;
    private final Spool spool;
    private final Analysers analysers;
    private final PasswordWords words;
    private final Witness witness;
    private final Set<Content> kept = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Deque<Frame> frames = new ArrayDeque<>();
    private Outcome outcome = new Outcome();
    private int baseDepth;
    private boolean passwordsAsked;

    public MailExamination(Rules rules, Budget budget, Spool spool, Analysers analysers, PasswordWords words, Witness witness) {
        this.rules = rules;
        this.budget = budget;
        this.spool = spool;
        this.analysers = analysers;
        this.words = words;
        this.witness = witness;
    }

    public Budget budget() {
        return budget;
    }

    public Spool spool() {
        return spool;
    }

    public PasswordWords words() {
        return words;
    }

    /** Levels around an item in all, multiparts and containers. */
    public int depthOf(Item item) {
        return baseDepth + item.depth();
    }

    /** One step of an examination. */
    @FunctionalInterface
    public interface Step {
        void run() throws LimitExceeded;
    }

    /** Runs a step and tells what became of it by itself; it counts for the whole as well. */
    public Outcome apart(Step step) throws LimitExceeded {
        Outcome whole = outcome;
        Outcome own = new Outcome();
        outcome = own;
        try {
            step.run();
        } finally {
            outcome = whole;
            whole.add(own);
        }
        return own;
    }

    /** From here on findings go to this outcome, and depth counts from this many levels of multiparts. */
    public void direct(Outcome target, int depth) {
        outcome = target;
        baseDepth = depth;
        passwordsAsked = false;
    }

    /** Whether the passwords were asked for since the last {@link #direct}. */
    public boolean passwordsAsked() {
        return passwordsAsked;
    }

    /** Every type of a content; what cannot be read at all is of no known type. */
    public static Set<Type> types(Content content, String name) {
        try {
            Set<Type> types = Types.detect(content, name);
            return types.isEmpty() ? Set.of(Type.UNKNOWN) : types;
        } catch (IOException | RuntimeException e) {
            return Set.of(Type.UNKNOWN);
        }
    }

    /**
     * Runs all analysers over an item. What they throw becomes an obstacle of the item, but for a used-up budget, which ends the scan of
     * the whole mail.
     */
    public void examine(Item item) throws LimitExceeded {
        Frame container = frames.peek();
        if (witness.saw(item, container != null && container.passwordsAsked)) {
            kept.add(item.content());
        }
        try {
            budget.depth(baseDepth + item.depth());
        } catch (LimitExceeded e) {
            unscannable(item, Reason.OVER_LIMIT, message(e));
            run(analysers.ofNames(), item);
            return;
        }
        frames.push(new Frame(item));
        try {
            run(analysers.ofNames(), item);
            run(analysers.ofContents(), item);
        } finally {
            frames.pop();
        }
    }

    /** Judges the name alone, of an item whose content was examined under another of its names. */
    public void examineName(Item item) throws LimitExceeded {
        run(analysers.ofNames(), item);
    }

    private void run(List<Analyser> chosen, Item item) throws LimitExceeded {
        for (Analyser analyser : chosen) {
            try {
                budget.time();
                if (analyser.handles(item)) {
                    analyser.analyse(item, this);
                }
            } catch (LimitExceeded e) {
                unscannable(item, Reason.OVER_LIMIT, message(e));
                if (budget.exhausted()) {
                    throw e;
                }
            } catch (Fault e) {
                throw e;
            } catch (IOException | RuntimeException | Error e) {
                unscannable(item, Reason.MALFORMED, analyser.getClass().getSimpleName() + ": " + describe(e));
            }
        }
    }

    private static String message(LimitExceeded e) {
        String message = e.getMessage();
        return message == null ? "limit" : message;
    }

    private static String describe(Throwable e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : ", " + cut(message));
    }

    /** At most 255 characters of a text that a mail chose. */
    public static String cut(String text) {
        return text.length() <= MAX_NAME ? text : text.substring(0, MAX_NAME - 1) + "…";
    }

    private static List<String> cut(List<String> path) {
        return path.stream().map(MailExamination::cut).toList();
    }

    @Override
    public void finding(Item item, String rule, String evidence) {
        finding(item.path(), rule, evidence, item.content() == NOTHING ? "" : item.content().sha256());
    }

    /** A finding about the mail rather than an item of it. */
    public void finding(List<String> path, String rule, String evidence, String sha256) {
        Rules.Rule row;
        try {
            row = rules.rule(rule);
        } catch (IllegalStateException e) {
            throw new Fault(e);
        }
        outcome.add(new Finding(rule, row.weight(), cut(path), evidence, sha256), row.family());
    }

    @Override
    public void unscannable(Item item, Reason reason, String detail) {
        unscannable(item.path(), reason, detail);
    }

    /** An obstacle of the mail rather than of an item of it. */
    public void unscannable(List<String> path, Reason reason, String detail) {
        outcome.add(new Unscannable(reason, cut(detail), cut(path)));
    }

    @Override
    public void child(Item parent, String name, String declaredType, InputStream content, long packedSize) throws IOException, LimitExceeded {
        budget.entry();
        Spool.Writer writer = spool.writer();
        @Nullable IOException broken = null;
        @Nullable Content read = null;
        try {
            byte[] block = new byte[BLOCK];
            for (int count = content.read(block); count >= 0; count = content.read(block)) {
                charge(count);
                budget.time();
                writer.write(block, 0, count);
            }
        } catch (IOException e) {
            broken = e;
        } catch (RuntimeException e) {
            broken = new IOException(describe(e), e);
        } finally {
            read = writer.finish();
        }
        try {
            entry(parent, name, declaredType, read, writer.testStringSeen());
        } finally {
            if (!kept.contains(read)) {
                spool.release(read);
            }
        }
        if (broken != null) {
            throw broken;
        }
    }

    /** Examines content that is already spooled as something inside a parent. */
    public void entry(Item parent, String name, String declaredType, Content content, boolean testString) throws LimitExceeded {
        Item item = new Item(child(parent.path(), name), name, declaredType, content, types(content, name), parent.depth() + 1);
        if (testString) {
            finding(item, Scans.EICAR, "EICAR");
        }
        examine(item);
    }

    @Override
    public void nameOnly(Item parent, String name) throws LimitExceeded {
        budget.entry();
        run(analysers.ofNames(), new Item(child(parent.path(), name), name, "", NOTHING, Set.of(Type.UNKNOWN), parent.depth() + 1));
    }

    @Override
    public void charge(long bytes) throws LimitExceeded {
        budget.bytes(bytes);
        Frame frame = frames.peek();
        if (frame != null) {
            frame.unpacked += bytes;
            budget.ratio(frame.unpacked, frame.item.content().size());
        }
    }

    @Override
    public void checkTime() throws LimitExceeded {
        budget.time();
    }

    @Override
    public List<String> passwords() {
        passwordsAsked = true;
        Frame frame = frames.peek();
        if (frame != null) {
            frame.passwordsAsked = true;
        }
        return words.list();
    }

    /** The path of something inside what a path names. */
    public static List<String> child(List<String> path, String name) {
        List<String> longer = new ArrayList<>(path);
        longer.add(name);
        return longer;
    }

    /** The path of the same thing under another name. */
    public static List<String> sibling(List<String> path, String name) {
        return child(path.subList(0, Math.max(0, path.size() - 1)), name);
    }
}
