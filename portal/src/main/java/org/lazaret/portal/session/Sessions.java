package org.lazaret.portal.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of this process, by the hash of their id: at most {@value #MAX_SESSIONS}, ended after {@link #IDLE} without a request and in
 * any case after {@link #ABSOLUTE}.
 */
public final class Sessions {
    public static final Duration IDLE = Duration.ofMinutes(30);
    public static final Duration ABSOLUTE = Duration.ofHours(12);
    static final int MAX_SESSIONS = 10_000;

    private final Clock clock;
    private final Cache<String, Session> sessions;

    public Sessions(Clock clock) {
        this.clock = clock;
        this.sessions = Caffeine.newBuilder()
            .maximumSize(MAX_SESSIONS)
            .expireAfterAccess(IDLE)
            .ticker(() -> Duration.ofMillis(clock.millis()).toNanos())
            .build();
    }

    /** Starts a session and returns its id, which is never one that a client proposed. */
    public String start(String account, Session.Role role) {
        String id = Secrets.random();
        sessions.put(Secrets.fingerprint(id), new Session(account, role, Secrets.formToken(id), clock.instant()));
        return id;
    }

    public Optional<Session> find(String id) {
        String key = Secrets.fingerprint(id);
        @Nullable Session session = sessions.getIfPresent(key);
        if (session == null) {
            return Optional.empty();
        }
        if (!clock.instant().isBefore(session.started().plus(ABSOLUTE))) {
            sessions.invalidate(key);
            return Optional.empty();
        }
        return Optional.of(session);
    }

    public void end(String id) {
        sessions.invalidate(Secrets.fingerprint(id));
    }
}
