package org.lazaret.cli.conf;

import jakarta.mail.MessagingException;
import java.lang.reflect.Constructor;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.mailet.Mailet;
import org.apache.mailet.MailetConfig;
import org.apache.mailet.MailetContext;
import org.apache.mailet.Matcher;
import org.apache.mailet.MatcherConfig;
import org.jspecify.annotations.Nullable;

/**
 * Lazaret's mailets and matchers, made and initialised as James does it, so that they themselves say what they do not take. What they are
 * injected with is not there: at initialisation none of it is used.
 */
final class Parts {
    static final String MAILETS = "org.lazaret.mailets.";
    static final String MATCHERS = "org.lazaret.matchers.";
    static final List<String> MAILET_NAMES = List.of("AddWarningHeaders", "Defer", "Quarantine", "RemoveForgedHeaders", "ScanAttachments");
    static final List<String> MATCHER_NAMES = List.of("ActionIs", "HasVerdict", "IsListed", "IsOutbound", "ThreatScoreAtLeast");

    private record MailetParameters(String name, Map<String, String> parameters) implements MailetConfig {
        @Override
        @SuppressWarnings("NullAway") // as James does
        public String getInitParameter(String parameter) {
            return parameters.get(parameter);
        }

        @Override
        public Iterator<String> getInitParameterNames() {
            return parameters.keySet().iterator();
        }

        @Override
        public MailetContext getMailetContext() {
            throw new UnsupportedOperationException("No server runs");
        }

        @Override
        public String getMailetName() {
            return name;
        }
    }

    private record MatcherCondition(String name, @Nullable String condition) implements MatcherConfig {
        @Override
        @SuppressWarnings("NullAway") // as James does
        public String getCondition() {
            return condition;
        }

        @Override
        public MailetContext getMailetContext() {
            throw new UnsupportedOperationException("No server runs");
        }

        @Override
        public String getMatcherName() {
            return name;
        }
    }

    private Parts() {
    }

    /** What a mailet of this name says to these parameters, or that there is none; empty when all is well. */
    static Optional<String> refusalOfMailet(String name, Map<String, String> parameters) {
        if (!MAILET_NAMES.contains(name)) {
            return Optional.of("there is no mailet " + MAILETS + name + "; there are " + String.join(", ", MAILET_NAMES));
        }
        try {
            Mailet mailet = (Mailet) make(Class.forName(MAILETS + name));
            mailet.init(new MailetParameters(name, parameters));
            return Optional.empty();
        } catch (MessagingException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(name, e);
        }
    }

    /** The same for a matcher. */
    static Optional<String> refusalOfMatcher(String name, @Nullable String condition) {
        if (!MATCHER_NAMES.contains(name)) {
            return Optional.of("there is no matcher " + MATCHERS + name + "; there are " + String.join(", ", MATCHER_NAMES));
        }
        try {
            Matcher matcher = (Matcher) make(Class.forName(MATCHERS + name));
            matcher.init(new MatcherCondition(name, condition));
            return Optional.empty();
        } catch (MessagingException e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(name, e);
        }
    }

    private static Object make(Class<?> type) throws ReflectiveOperationException {
        Constructor<?> constructor = type.getConstructors()[0];
        Class<?>[] types = constructor.getParameterTypes();
        @Nullable Object[] nothing = new @Nullable Object[types.length];
        for (int i = 0; i < types.length; i++) {
            // What stands beside a matcher in its own package is told that the matcher is there.
            nothing[i] = types[i].getName().startsWith(MATCHERS) ? make(types[i]) : null;
        }
        return constructor.newInstance(nothing);
    }
}
