package org.lazaret.scan.engine.setup;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.lazaret.scan.engine.Engine;
import org.lazaret.scan.engine.Engines;
import org.lazaret.scan.engine.Instances;
import org.lazaret.scan.engine.atp.AtpCloudEngine;
import org.lazaret.scan.engine.clamd.ClamdEngine;
import org.lazaret.scan.engine.hashlist.HashListEngine;
import org.lazaret.scan.engine.icap.IcapEngine;
import org.lazaret.scan.engine.yara.YaraEngine;

/**
 * All engines as an operator set them.
 *
 * @param time that all of them together have for one content
 * @param keep how long an answer is used again for the same content, as long as the engine's version is the same too
 */
public record EnginesSettings(List<EngineSettings> engines, Duration time, Duration keep) {
    public static final EnginesSettings NONE = new EnginesSettings(List.of(), Duration.ofSeconds(20), Duration.ofHours(1));
    private static final Duration LOOK_AT_FILES = Duration.ofSeconds(5);

    public EnginesSettings {
        engines = List.copyOf(engines);
    }

    /**
     * Makes them. A server that cannot be reached stops nothing, since it may come later; a file that has to be there does.
     *
     * @param temporary folder for the tables of hash lists, and for compiled rules and samples
     * @param around    what is put around each of them, or the engine itself
     * @throws IOException naming the engine, when a required list, required rules or a token cannot be read
     */
    public Engines open(Path temporary, UnaryOperator<Engine> around) throws IOException {
        List<Engines.Member> members = new ArrayList<>();
        try {
            for (EngineSettings settings : engines) {
                Duration sooner = settings.timeout().compareTo(time) < 0 ? settings.timeout() : time;
                members.add(new Engines.Member(around.apply(engine(settings, temporary)), settings.kind().word(), settings.required(),
                        settings.concurrency(), sooner));
            }
        } catch (IOException | RuntimeException e) {
            members.forEach(member -> member.engine().close());
            throw e;
        }
        return new Engines(members, keep);
    }

    /** As above, with nothing around them. */
    public Engines open(Path temporary) throws IOException {
        return open(temporary, UnaryOperator.identity());
    }

    private static Engine engine(EngineSettings settings, Path temporary) throws IOException {
        String name = settings.name();
        return switch (settings.kind()) {
            case EngineSettings.Clamd clamd -> Instances.of(name,
                    clamd.addresses().stream().map(address -> new ClamdEngine(name, address, settings.weight(), clamd.maxSize())).toList());
            case EngineSettings.Icap icap -> Instances.of(name,
                    icap.services().stream().map(service -> new IcapEngine(name, service, icap.options())).toList());
            case EngineSettings.HashList list ->
                    HashListEngine.open(name, list.files(), settings.weight(), temporary, settings.required(), LOOK_AT_FILES);
            case EngineSettings.Yara yara -> YaraEngine.open(name, yara.options(), temporary, settings.required(), LOOK_AT_FILES);
            case EngineSettings.AtpCloud cloud -> {
                try {
                    yield new AtpCloudEngine(name, cloud.options(), Clock.systemUTC());
                } catch (IOException e) {
                    throw new IOException(name + ": " + e.getMessage(), e);
                }
            }
        };
    }
}
