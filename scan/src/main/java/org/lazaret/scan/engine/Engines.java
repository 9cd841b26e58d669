package org.lazaret.scan.engine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.lazaret.scan.log.Log;

/**
 * All engines of an installation, asked about the contents of one mail at a time by a {@link Round}. Safe for concurrent use.
 *
 * <p>Each content is put to all engines at once, each on a virtual thread of its own, until a deadline. An engine is asked no more than so
 * many questions at the same time; one that is down is not asked for a while ({@link Circuit}). Answers are kept by content, engine and
 * version of the engine, for a limited time since not every signature changes a version; failures are never kept. A {@link Lookup} is asked
 * separately, about items of any kind, and needs none of this.
 */
public final class Engines implements AutoCloseable {
    private static final Log LOGGER = Log.of(Engines.class);
    private static final int CACHED = 100_000;
    /** For what an engine takes to notice its deadline. */
    private static final Duration GRACE = Duration.ofMillis(500);

    /**
     * One engine and how it is treated.
     *
     * @param kind        for people
     * @param required    whether a mail must not pass without its answer
     * @param concurrency questions at the same time
     * @param timeout     for one content
     */
    public record Member(Engine engine, String kind, boolean required, int concurrency, Duration timeout) {
    }

    private record Key(String sha256, String engine, String version) {
    }

    private final List<Seat> seats;
    private final List<Seat> lookups;
    private final List<Seat> all;
    private final Cache<Key, Answer> cache;
    private final Clock clock;
    private final LongSupplier nanos;

    /** @param keep how long an answer is used for the same content again */
    public Engines(List<Member> members, Duration keep) {
        this(members, keep, Clock.systemUTC(), System::nanoTime);
    }

    Engines(List<Member> members, Duration keep, Clock clock, LongSupplier nanos) {
        this.clock = clock;
        this.nanos = nanos;
        this.cache = Caffeine.newBuilder().maximumSize(CACHED).expireAfterWrite(keep).ticker(nanos::getAsLong).build();
        this.all = members.stream().map(member -> new Seat(member)).toList();
        this.seats = all.stream().filter(seat -> !(seat.engine instanceof Lookup)).toList();
        this.lookups = all.stream().filter(seat -> seat.engine instanceof Lookup).toList();
    }

    public static Engines none() {
        return new Engines(List.of(), Duration.ofSeconds(1));
    }

    /** Whether contents are put to anything. */
    public boolean askAboutContents() {
        return !seats.isEmpty();
    }

    /** Whether hashes are looked up in anything. */
    public boolean askAboutHashes() {
        return !lookups.isEmpty();
    }

    /** What the lists say of a content, but for those that say nothing against it. */
    public List<Result> look(String sha256) {
        List<Result> results = new ArrayList<>();
        for (Seat seat : lookups) {
            Result result = seat.look(sha256);
            if (!(result instanceof Result.Answered answered && answered.answer() instanceof Answer.Clean)) {
                results.add(result);
            }
        }
        return results;
    }

    /** For one mail. */
    public Round round() {
        return new Round();
    }

    /** How each engine does, in the order of the settings. */
    public List<EngineHealth> health() {
        return all.stream().map(Seat::health).toList();
    }

    @Override
    public void close() {
        all.forEach(seat -> seat.engine.close());
    }

    private static String describe(Throwable e) {
        String message = e.getMessage();
        return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
    }

    /**
     * The questions about the contents of one mail. For one thread. Contents must stay readable until it is closed; questions that are still
     * open then are ended by an interrupt, which may close the channel a content is read from.
     */
    public final class Round implements AutoCloseable {
        private record Question(Seat seat, Deadline deadline, CompletableFuture<Result> result, Thread thread) {
        }

        private final Map<String, List<Question>> questions = new LinkedHashMap<>();

        private Round() {
        }

        /** Puts a content to all engines and returns at once; a content that was put before is not put again. */
        public void ask(Sample sample) {
            String sha256 = sample.content().sha256();
            if (seats.isEmpty() || questions.containsKey(sha256)) {
                return;
            }
            List<Question> asked = new ArrayList<>();
            for (Seat seat : seats) {
                Deadline deadline = Deadline.in(seat.member.timeout());
                CompletableFuture<Result> result = new CompletableFuture<>();
                Thread thread = Thread.ofVirtual().name("engine-" + seat.name()).start(() -> {
                    try {
                        result.complete(seat.ask(sample, sha256, deadline));
                    } catch (Throwable e) {
                        result.complete(seat.failure(describe(e)));
                    }
                });
                asked.add(new Question(seat, deadline, result, thread));
            }
            questions.put(sha256, asked);
        }

        /** Waits for what all engines say of a content, no longer than until the deadline; empty when it was not put to them. */
        public List<Result> results(String sha256) {
            return questions.getOrDefault(sha256, List.of()).stream().map(Round::result).toList();
        }

        private static Result result(Question question) {
            long left = question.deadline().nanoTime() - System.nanoTime() + GRACE.toNanos();
            try {
                return question.result().get(Math.max(0, left), TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                return question.seat().late();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return question.seat().failure("The scan was interrupted");
            } catch (ExecutionException e) {
                return question.seat().failure(describe(e));
            }
        }

        @Override
        public void close() {
            for (List<Question> asked : questions.values()) {
                for (Question question : asked) {
                    if (!question.result().isDone()) {
                        question.thread().interrupt();
                    }
                }
            }
        }
    }

    /** One engine and what is remembered of it. */
    private final class Seat {
        private final Engine engine;
        private final Member member;
        private final Semaphore permits;
        private final Circuit circuit = new Circuit(nanos);
        private final LongAdder clean = new LongAdder();
        private final LongAdder harmful = new LongAdder();
        private final LongAdder unable = new LongAdder();
        private final LongAdder failed = new LongAdder();
        private final LongAdder known = new LongAdder();
        private final LongAdder spent = new LongAdder();
        private final AtomicLong slowest = new AtomicLong();
        private volatile @Nullable Instant failingSince;
        private volatile @Nullable String lastError;

        Seat(Member member) {
            this.member = member;
            this.engine = member.engine();
            this.permits = new Semaphore(member.concurrency(), true);
        }

        String name() {
            return engine.name();
        }

        Result failure(String why) {
            return new Result.Failed(name(), member.required(), why);
        }

        Result look(String sha256) {
            try {
                Answer answer = ((Lookup) engine).look(sha256);
                count(answer);
                return new Result.Answered(name(), answer, engine.version());
            } catch (IOException | RuntimeException e) {
                return failed(describe(e));
            }
        }

        Result ask(Sample sample, String sha256, Deadline deadline) throws InterruptedException, IOException {
            if (circuit.refuses()) {
                return refused();
            }
            Optional<String> version = engine.version();
            Optional<Key> key = version.map(text -> new Key(sha256, name(), text));
            @Nullable Answer before = key.map(cache::getIfPresent).orElse(null);
            if (before != null) {
                known.increment();
                return new Result.Answered(name(), before, version);
            }
            if (!permits.tryAcquire(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS)) {
                return failed("Busy: no answer in time");
            }
            try {
                return circuit.admits() ? admitted(sample, deadline, key, version) : refused();
            } finally {
                permits.release();
            }
        }

        private Result admitted(Sample sample, Deadline deadline, Optional<Key> key, Optional<String> version) throws InterruptedException {
            long begin = System.nanoTime();
            Answer answer;
            try {
                answer = engine.ask(sample, deadline);
            } catch (InterruptedException e) {
                circuit.abandoned();
                throw e;
            } catch (EngineError e) {
                // It is there: the next sample may well be answered.
                circuit.succeeded();
                return failed(describe(e));
            } catch (Throwable e) {
                circuit.failed();
                return failed(describe(e));
            }
            long took = System.nanoTime() - begin;
            spent.add(took);
            slowest.accumulateAndGet(took, Math::max);
            circuit.succeeded();
            count(answer);
            key.ifPresent(known -> cache.put(known, answer));
            return new Result.Answered(name(), answer, version);
        }

        private void count(Answer answer) {
            (switch (answer) {
                case Answer.Clean yes -> clean;
                case Answer.Harmful no -> harmful;
                case Answer.Unable none -> unable;
            }).increment();
            if (failingSince != null) {
                failingSince = null;
                lastError = null;
                LOGGER.info("Engine {} answers again", name());
            }
        }

        /** It did not even keep its deadline. */
        Result late() {
            circuit.failed();
            return failed("No answer in time");
        }

        private Result refused() {
            failed.increment();
            return failure("Not asked for a while, since it fails: " + lastError);
        }

        private Result failed(String why) {
            failed.increment();
            lastError = why;
            if (failingSince == null) {
                failingSince = clock.instant();
                LOGGER.warn("Engine {} ({}) fails: {}", name(), member.required() ? "required" : "optional", why);
            }
            return failure(why);
        }

        EngineHealth health() {
            long answers = clean.sum() + harmful.sum() + unable.sum();
            Optional<String> error = Optional.ofNullable(lastError).or(engine::defect);
            Optional<String> version = circuit.refuses() ? Optional.empty() : engine.version();
            return new EngineHealth(name(), member.kind(), member.required(), Optional.ofNullable(failingSince), error,
                    circuit.state().name().toLowerCase(Locale.ROOT), version, clean.sum(), harmful.sum(), unable.sum(), failed.sum(),
                    known.sum(), Duration.ofNanos(answers == 0 ? 0 : spent.sum() / answers), Duration.ofNanos(slowest.get()));
        }
    }
}
