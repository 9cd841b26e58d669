package org.lazaret.it.load;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lazaret.it.client.ClamDaemon;
import org.lazaret.it.client.Samples;
import org.lazaret.it.client.Samples.Fate;

/**
 * {@code bench/mail}: servers that differ in what looks at the mail, all running at the same time and loaded in turns with the same mails. What
 * is compared is the ratio of two that follow each other, so that what else the machine does meets both.
 */
public final class Comparison {
    private static final String USAGE = """
        Usage: bench/mail plain|mix|clamd [--rounds N] [--mails N] [--repeated N] [--clamav-scan JAR] [--lazaret-option OPTION] [--work DIR]

        Compares James 3.8.1 as a gateway with and without Lazaret, end to end.

          plain               mail without attachments
          mix                 60 % without, 25 % small, 10 % 1 to 5 MB, 3 % nested zip, 2 % to be held; static analysis alone
          clamd               the same with clamd, James' ClamAVScan beside
          --rounds N          10: how often each has its turn; 3,000 mails for each before do not count
          --mails N           500: in each turn, a multiple of 100
          --repeated N        0: of a hundred harmless attachments how many are known ones
          --clamav-scan JAR   apache-james-clamav of James 3.8.1, for clamd; without it Lazaret is compared with James alone
          --lazaret-option O  an option of Java for Lazaret's server, such as -XX:StartFlightRecording=filename=...
          --work DIR          var/bench: the servers' folders
        """;
    /** Mails for each before anything counts: until then the compiler takes a good part of the time, and of the larger program more. */
    private static final int WARM_UP = 3_000;
    private static final int CLIENTS = 4;
    private static final int WINDOW = 64;
    private static final String HEAP = "1g";
    private static final String SIGNATURE = "Eicar-Test-Signature";
    private static final long TICKS_PER_SECOND = 100;

    /** A server, and what was measured of it. */
    private static final class Candidate implements AutoCloseable {
        private final Gateway gateway;
        private final Traffic traffic;
        private final List<Turn> turns = new ArrayList<>();
        private final List<Long> latencies = new ArrayList<>();
        private final boolean holds;

        Candidate(Path root, Path folder, Gateway.Filter filter, List<String> options) throws IOException {
            this.traffic = new Traffic();
            this.gateway = Gateway.start(root, folder, filter, traffic.port(), HEAP, options);
            this.holds = filter.block().isEmpty();
        }

        @Override
        public void close() throws IOException {
            gateway.close();
            traffic.close();
        }
    }

    /**
     * @param cpu      of the server, for one mail, ms
     * @param clamdCpu of clamd, for one mail, ms
     * @param gc       part of the time that was spent in garbage collections
     */
    private record Turn(double perSecond, double cpu, double clamdCpu, double gc) {
    }

    private final Path root;
    private final PrintStream print;
    private String scenario = "";
    private int rounds = 10;
    private int mails = 500;
    private int repeated;
    private Optional<Path> clamAvScan = Optional.empty();
    private final List<String> options = new ArrayList<>();
    private Path work;
    private Optional<ClamDaemon> clamd = Optional.empty();

    private Comparison(Path root, PrintStream print) {
        this.root = root;
        this.print = print;
        this.work = root.resolve("var/bench");
    }

    public static void main(String[] arguments) throws Exception {
        Comparison comparison = new Comparison(Path.of(System.getProperty("lazaret.root")).toAbsolutePath(), System.out);
        if (!comparison.read(arguments)) {
            System.err.print(USAGE);
            System.exit(64);
        }
        comparison.run();
        System.exit(0);
    }

    private boolean read(String[] arguments) {
        try {
            scenario = arguments[0];
            for (int i = 1; i < arguments.length; i += 2) {
                String value = arguments[i + 1];
                switch (arguments[i]) {
                    case "--rounds" -> rounds = Integer.parseInt(value);
                    case "--mails" -> mails = Integer.parseInt(value);
                    case "--repeated" -> repeated = Integer.parseInt(value);
                    case "--clamav-scan" -> clamAvScan = Optional.of(Path.of(value));
                    case "--lazaret-option" -> options.add(value);
                    case "--work" -> work = Path.of(value).toAbsolutePath();
                    default -> {
                        return false;
                    }
                }
            }
        } catch (ArrayIndexOutOfBoundsException | NumberFormatException e) {
            return false;
        }
        return List.of("plain", "mix", "clamd").contains(scenario) && rounds > 0 && mails >= 100 && mails % 100 == 0;
    }

    private void run() throws IOException {
        Path folder = work.resolve(scenario + "-" + System.currentTimeMillis());
        List<Candidate> candidates = new ArrayList<>();
        try {
            if (scenario.equals("clamd")) {
                Path program = ClamDaemon.program().orElseThrow(() -> new IOException("There is no clamd on this machine"));
                clamd = Optional.of(ClamDaemon.start(program, folder.resolve("clamd"), Map.of(SIGNATURE, Samples.eicar())));
            }
            for (Gateway.Filter filter : filters()) {
                boolean lazaret = filter.block().isEmpty();
                candidates.add(new Candidate(root, folder.resolve("server" + candidates.size()), filter, lazaret ? options : List.of()));
            }
            compare(candidates);
        } finally {
            for (Candidate candidate : candidates) {
                candidate.close();
            }
            clamd.ifPresent(ClamDaemon::close);
        }
    }

    private List<Gateway.Filter> filters() {
        if (clamd.isEmpty()) {
            return List.of(Gateway.Filter.none(), Gateway.Filter.lazaret("Lazaret", root, Map.of("notice.per-hour", "100000")));
        }
        String address = clamd.get().address();
        List<Gateway.Filter> filters = new ArrayList<>();
        filters.add(Gateway.Filter.none());
        clamAvScan.ifPresent(jar -> filters.add(Gateway.Filter.clamAvScan(jar, Integer.parseInt(address.substring(address.indexOf(':') + 1)))));
        filters.add(Gateway.Filter.lazaret("Lazaret with clamd", root, Map.of("notice.per-hour", "100000",
            "engines", "clamav", "engine.clamav.kind", "clamd", "engine.clamav.address", address)));
        return filters;
    }

    private void compare(List<Candidate> candidates) throws IOException {
        Mix mix = new Mix("t", scenario.equals("plain") ? Mix.Shares.WITHOUT_ATTACHMENTS : Mix.Shares.REALISTIC, repeated, 1);
        for (int round = -Math.ceilDiv(WARM_UP, mails); round < rounds; round++) {
            List<Mix.Mail> turn = mix.next(mails / 100);
            for (Candidate candidate : order(candidates, round)) {
                Turn measured = turn(candidate, turn);
                if (round >= 0) {
                    candidate.turns.add(measured);
                }
            }
            System.err.printf(Locale.ROOT, "round %d: %s%n", round + 1, round < 0 ? "warming up"
                : String.join(", ", candidates.stream().map(one -> String.format(Locale.ROOT, "%s %.1f/s", one.gateway.name(),
                    one.turns.getLast().perSecond())).toList()));
        }
        double pace = Math.max(1, median(candidates.getFirst().turns.stream().map(Turn::perSecond).toList()) / 3);
        for (int round = 0; round < Math.max(2, rounds / 2); round++) {
            List<Mix.Mail> turn = mix.next(mails / 100);
            for (Candidate candidate : order(candidates, round)) {
                Arrays.stream(candidate.traffic.paced(candidate.gateway, turn, pace).latencies()).forEach(candidate.latencies::add);
            }
        }
        report(candidates, pace);
    }

    /** Each is as often before as behind the others. */
    private static List<Candidate> order(List<Candidate> candidates, int round) {
        return round % 2 == 0 ? candidates : candidates.reversed();
    }

    private Turn turn(Candidate candidate, List<Mix.Mail> turn) throws IOException {
        Figures before = candidate.gateway.figures();
        long clamdBefore = clamdTicks();
        Traffic.Result result = candidate.traffic.fast(candidate.gateway, turn, CLIENTS, WINDOW);
        Figures after = candidate.gateway.figures();
        long held = candidate.holds ? turn.stream().filter(mail -> mail.fate() == Fate.HELD).count() : 0;
        if (result.kinds().get(Letter.Kind.MAIL) != turn.size() - held || result.kinds().get(Letter.Kind.NOTICE) != held) {
            throw new IOException(candidate.gateway.name() + " made of " + turn.size() + " mails, " + held + " to be held: " + result.kinds());
        }
        return new Turn(result.perSecond(), (after.cpuNanos() - before.cpuNanos()) / 1e6 / turn.size(),
            (clamdTicks() - clamdBefore) * 1000.0 / TICKS_PER_SECOND / turn.size(),
            (after.gcMillis() - before.gcMillis()) / 1000.0 / result.seconds());
    }

    /** Processor time of clamd, user and system (proc(5)). */
    private long clamdTicks() throws IOException {
        if (clamd.isEmpty()) {
            return 0;
        }
        String stat = Files.readString(Path.of("/proc", String.valueOf(clamd.get().pid()), "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
    }

    private void report(List<Candidate> candidates, double pace) throws IOException {
        print.printf(Locale.ROOT, "%n%s: %d turns of %d mails each, %d of 100 attachments known, latency at %.0f mails/s%n%n",
            scenario, rounds, mails, repeated, pace);
        print.println("| | mails/s | CPU ms a mail | clamd's CPU ms a mail | p50 ms | p99 ms | GC % | heap MB after GC |");
        print.println("|---|---|---|---|---|---|---|---|");
        for (Candidate candidate : candidates) {
            long[] latencies = candidate.latencies.stream().mapToLong(Long::longValue).sorted().toArray();
            Traffic.Result all = new Traffic.Result(latencies.length, 1, latencies, Map.of());
            List<Turn> turns = candidate.turns;
            print.printf(Locale.ROOT, "| %s | %.1f | %.2f | %.2f | %.1f | %.1f | %.1f | %d |%n", candidate.gateway.name(),
                median(turns.stream().map(Turn::perSecond).toList()), median(turns.stream().map(Turn::cpu).toList()),
                median(turns.stream().map(Turn::clamdCpu).toList()), all.millis(0.5), all.millis(0.99),
                100 * median(turns.stream().map(Turn::gc).toList()), candidate.gateway.collected().heap() >> 20);
        }
        print.println();
        Candidate last = candidates.getLast();
        for (Candidate other : candidates.subList(0, candidates.size() - 1)) {
            List<Double> ratios = new ArrayList<>();
            List<Double> cpu = new ArrayList<>();
            for (int i = 0; i < rounds; i++) {
                ratios.add(last.turns.get(i).perSecond() / other.turns.get(i).perSecond());
                cpu.add(last.turns.get(i).cpu() / other.turns.get(i).cpu());
            }
            print.printf(Locale.ROOT, "%s to %s: throughput %.3f (quartiles %.3f to %.3f), CPU %.3f (%.3f to %.3f)%n", last.gateway.name(),
                other.gateway.name(), median(ratios), quantile(ratios, 0.25), quantile(ratios, 0.75), median(cpu), quantile(cpu, 0.25),
                quantile(cpu, 0.75));
        }
    }

    private static double median(List<Double> values) {
        return quantile(values, 0.5);
    }

    private static double quantile(List<Double> values, double part) {
        List<Double> sorted = values.stream().sorted().toList();
        double place = part * (sorted.size() - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted.get(below) + (sorted.get(above) - sorted.get(below)) * (place - below);
    }
}
