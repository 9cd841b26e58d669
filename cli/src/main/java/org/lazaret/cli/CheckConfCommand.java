package org.lazaret.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.lazaret.cli.conf.ConfCheck;
import org.lazaret.cli.conf.Remark;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code check-conf}: everything that is wrong in a configuration folder of James, before James is started with it. */
@Command(name = "check-conf", mixinStandardHelpOptions = true, version = "check-conf (Lazaret) 0.1.0", sortOptions = false, usageHelpAutoWidth = true,
    description = "Checks a configuration folder of James with Lazaret in it, and prints each fault with file and line. Starts nothing, connects to"
        + " nothing, opens no store. Hints are no faults.",
    exitCodeListHeading = "%nExit status:%n", exitCodeList = {"0:no faults", "1:faults: they are printed", "2:wrong options or arguments"})
public final class CheckConfCommand {
    static final int FAULTS = 1;
    static final int USAGE = 2;

    private final Streams streams;

    @Parameters(arity = "0..1", paramLabel = "DIR", description = "The folder with lazaret.properties and mailetcontainer.xml (conf).")
    private Path folder = Path.of("conf");

    @Option(names = "--directory", paramLabel = "DIR", description = "The working directory of the server, where relative paths in the settings "
        + "start (the one that the folder is in).")
    private @Nullable Path base;

    private CheckConfCommand(Streams streams) {
        this.streams = streams;
    }

    public static void main(String[] args) {
        System.exit(run(Streams.ofProcess(), args));
    }

    static int run(Streams streams, String... args) {
        CheckConfCommand check = new CheckConfCommand(streams);
        CommandLine command = new CommandLine(check);
        PrintWriter out = streams.writer();
        command.setOut(out);
        command.setErr(new PrintWriter(streams.err(), true));
        command.setParameterExceptionHandler((exception, given) -> check.usage(String.valueOf(exception.getMessage())));
        command.setExecutionStrategy(parsed -> {
            Integer help = CommandLine.executeHelpRequest(parsed);
            return help != null ? help : check.check(out);
        });
        int status = command.execute(args);
        out.flush();
        return status;
    }

    private int usage(String message) {
        streams.err().println("check-conf: " + streams.display().escape(message));
        streams.err().println("Try 'check-conf --help'.");
        return USAGE;
    }

    private int check(PrintWriter out) {
        Path there = folder.toAbsolutePath().normalize();
        if (!Files.isDirectory(there)) {
            return usage(folder + " is no folder");
        }
        Path parent = there.getParent();
        Path directory = base != null ? base.toAbsolutePath().normalize() : parent != null ? parent : there;
        List<Remark> remarks;
        try {
            remarks = ConfCheck.of(there, directory);
        } catch (IOException e) {
            streams.err().println("check-conf: " + streams.display().escape(e.toString()));
            return FAULTS;
        }
        remarks.forEach(remark -> out.println(streams.display().escape(remark.in(folder))));
        long faults = remarks.stream().filter(remark -> remark.kind() == Remark.Kind.FAULT).count();
        out.println(faults + (faults == 1 ? " fault, " : " faults, ") + (remarks.size() - faults)
            + (remarks.size() - faults == 1 ? " hint" : " hints"));
        return faults == 0 ? 0 : FAULTS;
    }
}
