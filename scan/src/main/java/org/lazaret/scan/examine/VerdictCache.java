package org.lazaret.scan.examine;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.lazaret.scan.examine.MailExamination.Outcome;
import org.lazaret.scan.type.Type;

/**
 * What became of attachments that came before, since campaigns, signatures and logos come again and again. Safe for concurrent use.
 *
 * <p>An entry is found again only for the same bytes under the same names and declared type, at the same depth, by the same rules and
 * settings. Nothing is kept that hung on the mail around it: a limit that was met, or passwords that were tried.
 */
public final class VerdictCache {

    /**
     * What the outcome depends on.
     *
     * @param version rules, block list and limits
     */
    public record Key(String sha256, long size, List<String> names, String declaredType, boolean testString, int depth, String version) {
        public Key {
            names = List.copyOf(names);
        }
    }

    /** Where a content was, and its SHA-256. */
    public record Seen(List<String> path, String sha256) {
        public Seen {
            path = List.copyOf(path);
        }
    }

    /**
     * An outcome and what it cost, which every mail that uses it is charged.
     *
     * @param types what the bytes are
     * @param seen  everything inside, for lists of hashes, which change more often than the outcome
     */
    public record Known(Outcome outcome, Set<Type> types, int entries, long bytes, List<Seen> seen) {
        public Known {
            seen = List.copyOf(seen);
        }
    }

    private final Cache<Key, Known> cache;

    /** @param size entries at most; 0 for none */
    public VerdictCache(long size) {
        this.cache = Caffeine.newBuilder().maximumSize(size).expireAfterWrite(Duration.ofHours(24)).build();
    }

    public Optional<Known> find(Key key) {
        return Optional.ofNullable(cache.getIfPresent(key));
    }

    public void keep(Key key, Known known) {
        cache.put(key, known);
    }
}
