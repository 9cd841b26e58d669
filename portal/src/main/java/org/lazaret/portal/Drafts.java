package org.lazaret.portal;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.lazaret.portal.session.Secrets;
import org.lazaret.portal.session.Session;

/**
 * Settings that somebody is about to save, in this process, as sessions are: at most {@value #MAX_DRAFTS}, for {@link #KEPT}. Only the account that
 * made a draft finds it.
 */
final class Drafts {
    static final int MAX_DRAFTS = 200;
    static final Duration KEPT = Duration.ofHours(2);

    /**
     * @param version that it was begun with
     * @param base    the lines of that version
     * @param lines   to be stored
     */
    record Draft(String id, String account, long version, Map<String, String> base, Map<String, String> lines) {
        Draft {
            base = Map.copyOf(base);
            lines = Map.copyOf(lines);
        }
    }

    private final Cache<String, Draft> drafts;

    Drafts(Clock clock) {
        this.drafts = Caffeine.newBuilder()
            .maximumSize(MAX_DRAFTS)
            .expireAfterWrite(KEPT)
            .ticker(() -> Duration.ofMillis(clock.millis()).toNanos())
            .build();
    }

    Draft keep(Session session, long version, Map<String, String> base, Map<String, String> lines) {
        Draft draft = new Draft(Secrets.random(), session.account(), version, base, lines);
        drafts.put(draft.id(), draft);
        return draft;
    }

    Optional<Draft> find(String id, Session session) {
        return Optional.ofNullable(drafts.getIfPresent(id)).filter(draft -> draft.account().equals(session.account()));
    }

    void forget(Draft draft) {
        drafts.invalidate(draft.id());
    }
}
