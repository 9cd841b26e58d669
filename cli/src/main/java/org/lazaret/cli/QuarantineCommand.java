package org.lazaret.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Upkeep.Damage;
import org.lazaret.quarantine.Upkeep.Progress;
import org.lazaret.quarantine.Upkeep.Work;
import org.lazaret.quarantine.audit.AuditCheck;
import org.lazaret.quarantine.audit.AuditFile;
import org.lazaret.quarantine.audit.AuditHead;
import org.lazaret.quarantine.audit.ChainedEntry;
import org.lazaret.quarantine.store.Workbench;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The command {@code quarantine}: work on the store of held mail from a shell, beside a running server or without one. */
@Command(name = "quarantine", mixinStandardHelpOptions = true, version = "quarantine (Lazaret) 0.1.0", sortOptions = false,
    usageHelpAutoWidth = true, synopsisSubcommandLabel = "COMMAND", description = "Works on the store of held mail.",
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {"0:done, and everything is as it should be", "1:something is not as it should be: see what is printed",
        "4:the store, a key or a file could not be used", "64:wrong options or arguments", "75:a server is at it; try again later"})
public final class QuarantineCommand {
    static final int WRONG = 1;
    static final int FAILED = 4;
    static final int USAGE = 64;
    static final int BUSY = 75;
    private static final int PAGE = 1_000;

    private final Streams streams;
    private final PrintWriter out;

    @Option(names = "--settings", paramLabel = "FILE", description = "The server's settings (conf/lazaret.properties).")
    private Path file = Path.of("conf", "lazaret.properties");

    @Option(names = "--directory", paramLabel = "DIR", description = "The working directory of the server, where relative paths in the settings "
        + "start (this one).")
    private Path base = Path.of("");

    private QuarantineCommand(Streams streams) {
        this.streams = streams;
        this.out = streams.writer();
    }

    public static void main(String[] args) {
        System.exit(run(Streams.ofProcess(), args));
    }

    static int run(Streams streams, String... args) {
        QuarantineCommand quarantine = new QuarantineCommand(streams);
        CommandLine command = new CommandLine(quarantine);
        command.addSubcommand("audit", new CommandLine(quarantine.new Audit()));
        command.registerConverter(AuditHead.class, text -> {
            try {
                return AuditHead.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        });
        command.setOut(quarantine.out);
        command.setErr(new PrintWriter(streams.err(), true));
        command.setParameterExceptionHandler((exception, given) -> {
            streams.err().println("quarantine: " + streams.display().escape(String.valueOf(exception.getMessage())));
            streams.err().println("Try 'quarantine --help'.");
            return USAGE;
        });
        command.setExecutionExceptionHandler((exception, executed, parsed) -> {
            boolean told = exception instanceof IOException || exception instanceof SettingsException;
            streams.err().println("quarantine: " + streams.display().escape(told ? String.valueOf(exception.getMessage()) : exception.toString()));
            return FAILED;
        });
        int status = command.execute(args);
        quarantine.out.flush();
        return status;
    }

    @Command(name = "rewrap", description = "Encrypts the keys of held mail to the certificates that the settings name now. The mail itself is not "
        + "decrypted. Goes on where it was when it was stopped.")
    int rewrap() throws IOException, SettingsException {
        return run(Work.REWRAP);
    }

    @Command(name = "verify", description = "Opens all held mail to the end and compares it with the index.")
    int verify() throws IOException, SettingsException {
        return run(Work.VERIFY);
    }

    @Command(name = "retention", description = "Expires what is over time now.")
    int retention() throws IOException, SettingsException {
        return run(Work.RETENTION);
    }

    @Command(name = "orphans", description = "Looks for content older than a day that no record keeps, as servers do once a day: without a record "
        + "it is held for all of its recipients, otherwise removed.")
    int orphans() throws IOException, SettingsException {
        return run(Work.ORPHANS);
    }

    private int run(Work work) throws IOException, SettingsException {
        try (Workbench workbench = Workbench.open(settings(), Clock.systemUTC())) {
            Optional<Progress> progress = workbench.run(work, actor(), this::show);
            if (progress.isEmpty()) {
                streams.err().println("quarantine: a server is at it");
                return BUSY;
            }
            Progress last = progress.get();
            out.println(last.done() + " mails, " + last.failed() + " failed" + (last.finished().isEmpty() ? ", stopped before the end" : ""));
            if (work == Work.RETENTION || work == Work.ORPHANS) {
                if (last.failed() > 0) {
                    out.println(streams.display().escape(last.problem()));
                }
                return last.failed() == 0 ? 0 : WRONG;
            }
            List<Damage> damages = workbench.damages(PAGE);
            for (Damage damage : damages) {
                out.println(damage.record() + ": " + streams.display().escape(damage.problem()));
            }
            if (last.failed() > 0 && damages.isEmpty()) {
                out.println(streams.display().escape(last.problem()));
            }
            return last.failed() == 0 && damages.isEmpty() && last.finished().isPresent() ? 0 : WRONG;
        }
    }

    private void show(Progress progress) {
        if (streams.progressVisible()) {
            streams.err().print("\r" + progress.done() + (progress.total() > 0 ? " of " + progress.total() : "") + " mails, " + progress.failed()
                + " failed " + (progress.finished().isPresent() ? "\n" : ""));
            streams.err().flush();
        }
    }

    @Command(name = "rebuild-index", description = "Makes a lost index anew from held mail and the private key. Refuses when there is an index. "
        + "Stop all servers first.")
    int rebuildIndex() throws IOException, SettingsException {
        Workbench.Rebuilt rebuilt = Workbench.rebuildIndex(settings().settings(), Clock.systemUTC());
        out.println(rebuilt.records() + " mails are in the new index, each held for all of its recipients.");
        out.println("Lost with the old index: what was released, requested, denied, expired, or deleted for some; the audit; legal holds; lists;"
            + " notices not yet sent; which release markers were used; in which repository of James mail other than from transit was.");
        for (String problem : rebuilt.problems()) {
            out.println("not restored: " + streams.display().escape(problem));
        }
        return rebuilt.problems().isEmpty() ? 0 : WRONG;
    }

    /** The subcommand {@code audit}. */
    @Command(name = "audit", description = "Checks or exports the audit.")
    final class Audit {
        @Command(name = "verify", description = "Checks the chain of the audit, in the store or in an exported file.")
        int verify(@Option(names = "--head", paramLabel = "SEQUENCE:HASH", description = "A head that was noted down earlier: shows whether the "
                       + "audit was cut or made anew since.") @Nullable AuditHead head,
                   @Parameters(arity = "0..1", paramLabel = "FILE", description = "An exported audit; without it, the store's.")
                   @Nullable Path exported)
            throws IOException, SettingsException {
            Optional<AuditHead> known = Optional.ofNullable(head);
            AuditCheck check;
            if (exported != null) {
                try (BufferedReader lines = Files.newBufferedReader(exported, StandardCharsets.UTF_8)) {
                    check = AuditFile.check(lines, known);
                }
            } else {
                try (Workbench workbench = Workbench.open(settings(), Clock.systemUTC())) {
                    check = workbench.audit().check(known);
                }
            }
            return switch (check) {
                case AuditCheck.Intact intact -> {
                    out.println("intact, " + intact.head().sequence() + " entries, head " + intact.head());
                    yield 0;
                }
                case AuditCheck.Broken broken -> {
                    out.println("broken at " + broken.sequence() + " (" + broken.damage().name().toLowerCase(Locale.ROOT) + "): "
                        + broken.explanation());
                    yield WRONG;
                }
            };
        }

        @Command(name = "head", description = "Prints the head of the audit's chain, to be kept outside of the store.")
        int head() throws IOException, SettingsException {
            try (Workbench workbench = Workbench.open(settings(), Clock.systemUTC())) {
                out.println(workbench.audit().head());
                return 0;
            }
        }

        @Command(name = "export", description = "Prints the audit, one entry a line, as JSON in UTF-8.")
        int export() throws IOException, SettingsException {
            try (Workbench workbench = Workbench.open(settings(), Clock.systemUTC())) {
                List<ChainedEntry> page = workbench.audit().after(0, PAGE);
                while (!page.isEmpty()) {
                    for (ChainedEntry link : page) {
                        streams.out().write((link.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
                    }
                    page = workbench.audit().after(page.getLast().sequence(), PAGE);
                }
                return 0;
            }
        }
    }

    private SettingsFile settings() throws SettingsException {
        return SettingsFile.read(file, base.toAbsolutePath());
    }

    private static Actor actor() {
        return new Actor(Actor.Role.ADMINISTRATOR, System.getProperty("user.name", "unknown"), "command line");
    }
}
