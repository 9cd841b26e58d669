package org.lazaret.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.lazaret.policy.Direction;
import org.lazaret.policy.Keyword;
import org.lazaret.policy.lists.HeaderAddresses;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Envelope;
import org.lazaret.quarantine.HeldMail;
import org.lazaret.quarantine.Query;
import org.lazaret.quarantine.release.Fields;
import org.lazaret.quarantine.simulation.Bench;
import org.lazaret.quarantine.simulation.Case;
import org.lazaret.quarantine.simulation.Decision;
import org.lazaret.quarantine.simulation.Row;
import org.lazaret.quarantine.simulation.Totals;
import org.lazaret.quarantine.store.Workbench;
import org.lazaret.scan.MessageSource;
import org.lazaret.scan.engine.Engines;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code simulate}: what the settings, or a draft of others, would do to mail. */
@Command(name = "simulate", mixinStandardHelpOptions = true, version = "simulate (Lazaret) 0.1.0", sortOptions = false, usageHelpAutoWidth = true,
    description = "Says what would become of mails under the settings of now, and under a draft of others. Nothing is sent, held or changed.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:nothing else would become of any mail", "1:something else would become of some", "4:the settings, the store or a mail could"
        + " not be read", "64:wrong options or arguments"})
public final class SimulateCommand implements Callable<Integer> {
    private static final int PAGE = 500;
    private static final int MAX_HEADER = 256 * 1024;

    private final Streams streams;
    private final PrintWriter out;
    private final Totals totals = new Totals();

    @Option(names = "--settings", paramLabel = "FILE", description = "The server's settings (conf/lazaret.properties).")
    private Path file = Path.of("conf", "lazaret.properties");

    @Option(names = "--directory", paramLabel = "DIR", description = "The working directory of the server, where relative paths in the settings "
        + "start (this one).")
    private Path base = Path.of("");

    @Option(names = "--draft", paramLabel = "FILE", description = "Lines as in the settings, which win over all others.")
    private @Nullable Path draft;

    @Option(names = "--held", paramLabel = "DAYS", description = "Mail held in the past days too. Needs the private key; each mail that is opened is "
        + "in the audit.")
    private @Nullable Integer held;

    @Option(names = "--from", paramLabel = "ADDRESS", description = "MAIL FROM of mails from files (none).")
    private String sender = "";

    @Option(names = "--to", paramLabel = "ADDRESS", description = "Recipient of mails from files, repeatable (who stands in To and Cc).")
    private List<String> recipients = new ArrayList<>();

    @Option(names = "--outbound", description = "Mails from files leave this server.")
    private boolean outbound;

    @Option(names = "--all", description = "List all mails, not only those of which something else would become.")
    private boolean all;

    @Option(names = "--no-engines", description = "Ask no engines: no clamd, no lists of hashes.")
    private boolean withoutEngines;

    @Option(names = "--no-store", description = "Open no store: settings of the file alone, and no allow and block lists.")
    private boolean withoutStore;

    @Parameters(paramLabel = "FILE", description = "Message (.eml), mbox file, or folder of such files.")
    private List<Path> files = new ArrayList<>();

    private SimulateCommand(Streams streams) {
        this.streams = streams;
        this.out = streams.writer();
    }

    public static void main(String[] args) {
        System.exit(run(Streams.ofProcess(), args));
    }

    static int run(Streams streams, String... args) {
        SimulateCommand simulate = new SimulateCommand(streams);
        CommandLine command = new CommandLine(simulate);
        command.setOut(simulate.out);
        command.setErr(new PrintWriter(streams.err(), true));
        command.setParameterExceptionHandler((exception, given) -> {
            streams.err().println("simulate: " + streams.display().escape(String.valueOf(exception.getMessage())));
            streams.err().println("Try 'simulate --help'.");
            return ExitStatus.USAGE;
        });
        command.setExecutionExceptionHandler((exception, executed, parsed) -> {
            boolean told = exception instanceof IOException || exception instanceof SettingsException;
            streams.err().println("simulate: " + streams.display().escape(told ? String.valueOf(exception.getMessage()) : exception.toString()));
            return QuarantineCommand.FAILED;
        });
        int status = command.execute(args);
        simulate.out.flush();
        return status;
    }

    @Override
    public Integer call() throws IOException, SettingsException {
        if (files.isEmpty() && held == null) {
            throw new IOException("Name files, or --held DAYS");
        }
        if (held != null && (withoutStore || held < 1)) {
            throw new IOException("--held is a number of days from 1 on, and needs the store");
        }
        SettingsFile settings = SettingsFile.read(file, base.toAbsolutePath());
        if (withoutStore || held == null && !Workbench.isThere(settings.settings())) {
            return simulate(LiveSettings.of(settings), Optional.empty(), Optional.empty());
        }
        try (Workbench workbench = Workbench.open(settings, Clock.systemUTC())) {
            return simulate(workbench.settings(), Optional.of(workbench.lists()), Optional.of(workbench));
        }
    }

    private int simulate(LiveSettings settings, Optional<Lists> lists, Optional<Workbench> workbench) throws IOException, SettingsException {
        Map<String, String> lines = draft == null ? Map.of() : SettingsFile.lines(draft.toString(), Files.readString(draft, StandardCharsets.UTF_8));
        try (Engines engines = withoutEngines ? Engines.none() : settings.get().scan().engines().open(settings.get().scan().temporary());
                Bench bench = Bench.of(settings, lines, engines, lists)) {
            for (Path named : files) {
                each(named, bench);
            }
            if (held != null && workbench.isPresent()) {
                held(workbench.get(), bench, Duration.ofDays(held));
            }
        }
        print();
        return totals.unread() > 0 ? QuarantineCommand.FAILED : totals.changed() > 0 ? QuarantineCommand.WRONG : 0;
    }

    private void each(Path named, Bench bench) throws IOException {
        if (Files.isDirectory(named)) {
            List<Path> below;
            try (Stream<Path> found = Files.walk(named)) {
                below = found.filter(Files::isRegularFile).sorted().toList();
            }
            for (Path one : below) {
                file(one, bench);
            }
        } else {
            file(named, bench);
        }
    }

    private void file(Path one, Bench bench) {
        try {
            if (Mbox.isMbox(one)) {
                Mbox.read(one, (number, message) -> show(bench.simulation().of(mail(one + "#" + number, MessageSource.of(message)))));
            } else {
                show(bench.simulation().of(mail(one.toString(), message -> Files.copy(one, message))));
            }
        } catch (IOException e) {
            unread(one.toString(), e);
        }
    }

    private void unread(String label, IOException problem) {
        totals.addUnread();
        streams.err().println("simulate: " + streams.display().escape(label + " cannot be read: " + problem.getMessage()));
    }

    private Case mail(String label, MessageSource message) throws IOException {
        List<String> to = recipients.isEmpty() ? addressed(message) : recipients;
        return new Case(label, new Envelope(sender, to.isEmpty() ? List.of("") : to), outbound ? Direction.OUTBOUND : Direction.INBOUND,
            Optional.empty(), message);
    }

    private static List<String> addressed(MessageSource message) throws IOException {
        Fields header = Fields.parse(Head.of(message, MAX_HEADER));
        LinkedHashSet<String> addresses = new LinkedHashSet<>();
        for (String name : List.of("to", "cc")) {
            HeaderAddresses.parse(header.all(name).stream().map(Fields.Field::value).toList()).addresses()
                .forEach(address -> addresses.add(address.toString()));
        }
        return List.copyOf(addresses);
    }

    private void held(Workbench workbench, Bench bench, Duration past) {
        Query query = Query.all().withTime(Optional.of(Clock.systemUTC().instant().minus(past)), Optional.empty()).withLimit(PAGE);
        Actor actor = new Actor(Actor.Role.ADMINISTRATOR, System.getProperty("user.name", "unknown"), "command line");
        for (List<HeldMail> page = workbench.search(query); !page.isEmpty();
                page = workbench.search(query.withAfter(page.getLast().id()))) {
            for (HeldMail mail : page) {
                try {
                    workbench.open(mail, actor, (opened, message) -> bench.simulation().of(Case.of(opened, message))).ifPresent(this::show);
                } catch (IOException e) {
                    unread(mail.id().value(), e);
                }
            }
        }
    }

    private void show(Row row) {
        totals.add(row);
        for (Row.Difference difference : row.differences()) {
            if (all || difference.changes()) {
                out.println(shown(difference.before()) + " → ".replace("→", streams.display().unicode() ? "→" : "->") + shown(difference.after())
                    + "  " + streams.display().escape(row.label()) + "  " + streams.display().escape(String.join(", ", difference.recipients()))
                    + "  " + streams.display().escape(row.subject()) + "  [" + streams.display().escape(String.join(", ", row.findings())) + "]");
            }
        }
        out.flush();
    }

    private static String shown(Decision decision) {
        return String.format(Locale.ROOT, "%4s %-10s", decision.score(), Keyword.of(decision.action()));
    }

    private void print() {
        out.println(totals.mails() + " mails, " + totals.changed() + " of which something else would become"
            + (totals.unread() > 0 ? ", " + totals.unread() + " could not be read" : ""));
        totals.actions().forEach((action, mails) ->
            out.println("  " + (streams.display().unicode() ? action : action.replace("→", "->")) + ": " + mails));
        out.flush();
    }
}
