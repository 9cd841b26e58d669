package org.lazaret.it.kill;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.lazaret.it.JamesServer;
import org.lazaret.it.client.Await;
import org.lazaret.it.crash.CrashPoint;

/**
 * {@code bin/kill ROUNDS [SEED]}. A round starts the server on the folder of the rounds before, and ends it with SIGKILL: at a named point, at
 * a random time under load, or while it starts. Every {@value #ROUNDS_OF_A_BLOCK} rounds it may finish its work, and all is reconciled.
 */
public final class KillRun {
    static final int ROUNDS_OF_A_BLOCK = 20;
    private static final int MAX_PASS = 3;
    /** Held mails that a round decides about. */
    private static final int FEW = 2;
    /** Enough for any pass of any point. */
    private static final int MANY = 8;
    private static final Duration REACHED = Duration.ofSeconds(240);
    private static final Duration UNSURE = Duration.ofSeconds(8);
    private static final Duration SETTLED = Duration.ofSeconds(300);
    /** A life begins when the leases of the one before have run out. */
    private static final Duration BETWEEN_LIVES = Duration.ofMinutes(6);
    private static final Duration GRACE = Duration.ofDays(2);
    private static final JamesServer.Account CAROL = new JamesServer.Account("carol@example.org", "carol-secret");

    private final Path folder;
    private final long seed;
    private final PrintStream out;
    private final Random random;
    private final JamesServer.Ports ports;
    private final Webadmin webadmin;
    private final Ledger ledger = new Ledger();
    private final List<Delivered> people = new ArrayList<>();
    private final Delivered administrator;
    private final Set<String> opened = new HashSet<>();
    private final Map<String, Integer> kills = new LinkedHashMap<>();
    private Duration ahead = Duration.ZERO;

    /** @param folder becomes the server's working directory */
    public KillRun(Path root, Path folder, long seed, PrintStream out) throws IOException {
        this.folder = folder;
        this.seed = seed;
        this.out = out;
        this.random = new Random(seed);
        // Whether content is gone is looked at right after a deletion, and each mail's own notice: none is collected with others.
        this.ports = ServerFolder.prepare(root, folder,
            Map.of("portal.undo", "0", "notice.per-hour", "1000000", "administrators.notices-per-hour", "1000000"));
        this.webadmin = new Webadmin(ports.webadmin());
        for (JamesServer.Account account : List.of(JamesServer.ALICE, JamesServer.BOB, CAROL)) {
            people.add(new Delivered(account, ports.imap(), ports.portal()));
        }
        administrator = new Delivered(JamesServer.ADMIN, ports.imap(), ports.portal());
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 1 || arguments.length > 2 || !arguments[0].matches("[1-9][0-9]*")) {
            System.err.println("Usage: bin/kill ROUNDS [SEED]");
            System.exit(64);
        }
        Path root = Path.of(System.getProperty("lazaret.root")).toAbsolutePath();
        Path folder = Path.of(System.getProperty("lazaret.kill.folder", root.resolve("var/kill").toString())).toAbsolutePath();
        if (Files.exists(folder)) {
            System.err.println("bin/kill: " + folder + " exists; remove it, or name another with -Dlazaret.kill.folder");
            System.exit(1);
        }
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime() & 0xffff;
        List<String> problems = new KillRun(root, folder, seed, System.out).run(Integer.parseInt(arguments[0]));
        System.exit(problems.isEmpty() ? 0 : 1);
    }

    /** @return what is wrong in the end; nothing when all is well */
    public List<String> run(int rounds) throws IOException {
        Instant start = Instant.now();
        out.printf("Seed %d, %d rounds, in %s%n", seed, rounds, folder);
        List<String> problems = firstLife();
        for (int round = 1; round <= rounds && problems.isEmpty(); round++) {
            String how = round((round - 1) % ROUNDS_OF_A_BLOCK, round);
            out.printf("%4d s  round %d: %s%n", Duration.between(start, Instant.now()).toSeconds(), round, how);
            if (round % ROUNDS_OF_A_BLOCK == 0 || round == rounds) {
                problems = reconcile(start);
            }
        }
        if (problems.isEmpty()) {
            problems = sweep();
        }
        out.println("Kills: " + kills);
        problems.forEach(problem -> out.println("PROBLEM: " + problem));
        out.println(problems.isEmpty() ? "Nothing lost." : problems.size() + " problems; the folder is " + folder + ", the seed " + seed);
        return problems;
    }

    /** Makes the accounts, and mail to decide about. */
    private List<String> firstLife() throws IOException {
        ServerProcess server = launch(Optional.empty());
        server.awaitReady();
        for (Delivered person : people) {
            webadmin.addUser(person.account());
        }
        webadmin.addUser(administrator.account());
        fill("first");
        List<String> problems = settleAndReconcile(server, Instant.now());
        server.stop();
        return problems;
    }

    private String round(int place, int round) throws IOException {
        if (place < CrashPoint.ON_THE_WAY.size()) {
            CrashPoint point = CrashPoint.ON_THE_WAY.get(place);
            ServerProcess.Trigger trigger = new ServerProcess.Trigger(point, 1 + random.nextInt(point == CrashPoint.P11 ? 2 : MAX_PASS));
            // The first block with mail that comes in, the others in turn also with what the life before left to do.
            return round > ROUNDS_OF_A_BLOCK && random.nextBoolean() ? atPointAtOnce(trigger, round) : atPoint(trigger, round);
        }
        return place % 3 == 0 ? whileStarting(round) : underLoad(round);
    }

    private String atPoint(ServerProcess.Trigger trigger, int round) throws IOException {
        ServerProcess server = launch(Optional.of(trigger));
        server.awaitReady();
        boolean decides = trigger.point().compareTo(CrashPoint.P8) >= 0;
        Traffic traffic = traffic("r" + round);
        look();
        if (decides && traffic.open().size() < MANY) {
            fill("f" + round);
        }
        server.arm();
        List<Thread> threads = traffic.start(decides ? MANY : FEW);
        if (!server.awaitEnd(REACHED)) {
            server.kill();
            throw new IOException("Not reached in round " + round + ": " + trigger + "; the seed is " + seed);
        }
        join(threads);
        kills.merge(trigger.point().name(), 1, Integer::sum);
        return "killed at " + trigger;
    }

    /** Armed from the start: what the life before left to do may get there, before the server takes mail. */
    private String atPointAtOnce(ServerProcess.Trigger trigger, int round) throws IOException {
        ServerProcess server = launch(Optional.of(trigger));
        server.arm();
        List<Thread> threads = List.of();
        try {
            if (server.awaitReady()) {
                look();
                threads = traffic("r" + round).start(MANY);
            }
        } catch (IOException e) {
            if (!server.awaitEnd(Duration.ofSeconds(1))) {
                throw e;
            }
        }
        boolean reached = server.awaitEnd(UNSURE);
        if (!reached) {
            server.kill();
        }
        join(threads);
        kills.merge(reached ? trigger.point().name() : "under load", 1, Integer::sum);
        return reached ? "killed at " + trigger + ", counted from its start" : "killed " + UNSURE.toSeconds() + " s into the traffic";
    }

    private String underLoad(int round) throws IOException {
        ServerProcess server = launch(Optional.empty());
        server.awaitReady();
        look();
        List<Thread> threads = traffic("r" + round).start(FEW);
        int millis = random.nextInt(2_500);
        if (server.awaitEnd(Duration.ofMillis(millis))) {
            throw new IOException("The server ended by itself in round " + round + "; see " + folder.resolve("log"));
        }
        server.kill();
        join(threads);
        kills.merge("under load", 1, Integer::sum);
        return "killed " + millis + " ms into the traffic";
    }

    private String whileStarting(int round) throws IOException {
        ServerProcess server = launch(Optional.empty());
        int millis = 1_000 + random.nextInt(9_000);
        if (server.awaitEnd(Duration.ofMillis(millis))) {
            throw new IOException("The server ended by itself in round " + round + "; see " + folder.resolve("log"));
        }
        server.kill();
        kills.merge("while starting", 1, Integer::sum);
        return "killed " + millis + " ms after its start";
    }

    private Traffic traffic(String name) {
        return new Traffic(ledger, people, ports, seed, name);
    }

    /** Sends so much mail that there is enough to decide about, and waits for the notices. */
    private void fill(String name) throws IOException {
        for (int i = 0; traffic("").open().size() < MANY; i++) {
            join(traffic(name + (char) ('a' + i)).send());
            Await.until("the notices of all held mail", SETTLED, () -> {
                look();
                return traffic("").open().size() == ledger.undecided().stream().filter(ledger::isAccepted).count();
            });
        }
    }

    private ServerProcess launch(Optional<ServerProcess.Trigger> trigger) throws IOException {
        ahead = ahead.plus(BETWEEN_LIVES);
        return ServerProcess.launch(folder, ahead, trigger);
    }

    private void look() throws IOException {
        for (Delivered person : people) {
            person.look();
        }
    }

    private List<String> reconcile(Instant start) throws IOException {
        ServerProcess server = launch(Optional.empty());
        server.awaitReady();
        List<String> problems = settleAndReconcile(server, start);
        server.kill();
        return problems;
    }

    private List<String> settleAndReconcile(ServerProcess server, Instant start) throws IOException {
        Store store = store();
        Instant end = Instant.now().plus(SETTLED);
        // Twice in a row, since what leaves one may be on its way to the other.
        for (int calm = 0; calm < 2; calm++) {
            long unfinished = store.unfinished();
            long spool = webadmin.spool();
            if (unfinished > 0 || spool > 0) {
                calm = -1;
                if (Instant.now().isAfter(end)) {
                    return List.of("not finished in " + SETTLED.toSeconds() + " s: " + unfinished
                        + " letters or releases, and " + spool + " mails in the queue");
                }
            }
            Await.pause();
        }
        look();
        administrator.look();
        Reconciliation reconciliation = new Reconciliation(ledger, people, administrator, store, webadmin.subjectsInRepositories(), opened);
        List<String> problems = reconciliation.problems();
        out.printf("%4d s  reconciled: %s%n", Duration.between(start, Instant.now()).toSeconds(), reconciliation.figures());
        return problems;
    }

    /** After the grace time nothing is left that belongs to no record. */
    private List<String> sweep() throws IOException {
        ahead = ahead.plus(GRACE);
        ServerProcess server = launch(Optional.empty());
        server.awaitReady();
        Store store = store();
        List<String> problems = new ArrayList<>();
        try {
            Await.until("temporary files are swept", SETTLED, () -> store.leftovers().isEmpty());
        } catch (IOException e) {
            problems.add("temporary files are still there after the grace time: " + store.leftovers());
        }
        server.kill();
        return problems;
    }

    private Store store() {
        return new Store(folder.resolve("var/lazaret"));
    }

    private static void join(List<Thread> threads) throws IOException {
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }
}
