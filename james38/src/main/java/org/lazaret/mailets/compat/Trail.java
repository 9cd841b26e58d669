package org.lazaret.mailets.compat;

import java.util.Map;
import org.apache.james.util.MDCStructuredLogger;
import org.apache.james.util.StructuredLogger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** James 3.8 has no {@code AuditTrail}: the same lines under the same name, with the same fields. */
public final class Trail {
    private static final Logger LOGGER = LoggerFactory.getLogger("org.apache.james.util.AuditTrail");

    private Trail() {
    }

    /**
     * Adds an entry. What is given stands in the log as it is.
     *
     * @param address where it came from
     */
    public static void log(String user, String address, String action, Map<String, String> parameters, String message) {
        if (LOGGER.isInfoEnabled()) {
            StructuredLogger entry = MDCStructuredLogger.forLogger(LOGGER)
                .field("username", user)
                .field("remoteIP", address)
                .field("protocol", "lazaret")
                .field("action", action);
            parameters.forEach(entry::field);
            entry.log(logger -> logger.info(message));
        }
    }
}
