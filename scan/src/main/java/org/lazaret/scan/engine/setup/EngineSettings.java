package org.lazaret.scan.engine.setup;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Address;
import org.lazaret.scan.engine.atp.AtpCloudOptions;
import org.lazaret.scan.engine.icap.IcapOptions;
import org.lazaret.scan.engine.yara.YaraOptions;

/**
 * One engine as an operator set it.
 *
 * @param name        of the operator's choice; stands in findings
 * @param required    whether a mail must not pass without its answer
 * @param timeout     for one content
 * @param concurrency questions at the same time
 * @param weight      of what it finds; ATP Cloud has a score of its own, and so may have a YARA rule
 */
public record EngineSettings(String name, boolean required, Duration timeout, int concurrency, Score weight, Kind kind) {

    /** What to ask, and how. */
    public sealed interface Kind {
        /** As written in settings. */
        String word();
    }

    /**
     * ClamAV's daemon.
     *
     * @param addresses several are asked in turn
     * @param maxSize   bytes
     */
    public record Clamd(List<Address> addresses, long maxSize) implements Kind {
        public Clamd {
            addresses = List.copyOf(addresses);
        }

        @Override
        public String word() {
            return "clamd";
        }
    }

    /**
     * ICAP servers (RFC 3507).
     *
     * @param services several are asked in turn
     */
    public record Icap(List<URI> services, IcapOptions options) implements Kind {
        public Icap {
            services = List.copyOf(services);
        }

        @Override
        public String word() {
            return "icap";
        }
    }

    /**
     * Lists of SHA-256.
     *
     * @param files files, and folders of files
     */
    public record HashList(List<Path> files) implements Kind {
        public HashList {
            files = List.copyOf(files);
        }

        @Override
        public String word() {
            return "hash-list";
        }
    }

    /** YARA rules. */
    public record Yara(YaraOptions options) implements Kind {
        @Override
        public String word() {
            return "yara";
        }
    }

    /** Juniper ATP Cloud. */
    public record AtpCloud(AtpCloudOptions options) implements Kind {
        @Override
        public String word() {
            return "atp-cloud";
        }
    }
}
