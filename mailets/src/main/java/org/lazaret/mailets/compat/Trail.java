package org.lazaret.mailets.compat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import org.apache.james.util.AuditTrail;

/** James 3.9: its {@code AuditTrail}. */
public final class Trail {
    private Trail() {
    }

    /**
     * Adds an entry. What is given stands in the log as it is.
     *
     * @param address where it came from; whatever is no address of the network is left out
     */
    public static void log(String user, String address, String action, Map<String, String> parameters, String message) {
        AuditTrail.entry()
            .username(() -> user)
            .remoteIP(() -> socket(address))
            .protocol("lazaret")
            .action(action)
            .parameters(() -> parameters)
            .log(message);
    }

    /** Asks no name server: what is read has the form of an address. */
    private static Optional<InetSocketAddress> socket(String address) {
        if (!address.matches("\\d+\\.\\d+\\.\\d+\\.\\d+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*")) {
            return Optional.empty();
        }
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByName(address), 0));
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
    }
}
