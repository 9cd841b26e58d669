package org.lazaret.policy;

import java.util.Map;
import java.util.Optional;

/**
 * Which settings hold for whom. Each member is complete: what a scope does not say it has from the next wider one, in the order recipient,
 * recipient's domain, direction, all.
 *
 * @param everybody  where nothing narrower is set
 * @param recipients by address or domain, as {@link Address} writes them
 */
public record PolicyScopes(Both everybody, Map<String, Both> recipients, Deferral deferral) {
    public PolicyScopes {
        recipients = Map.copyOf(recipients);
    }

    /** The same for everybody. */
    public static PolicyScopes of(PolicySettings settings) {
        return new PolicyScopes(new Both(settings, settings), Map.of(), Deferral.DEFAULT);
    }

    /** The settings for each direction. */
    public record Both(PolicySettings inbound, PolicySettings outbound) {
        PolicySettings of(Direction direction) {
            return switch (direction) {
                case INBOUND -> inbound;
                case OUTBOUND -> outbound;
            };
        }
    }

    public PolicySettings of(String recipient, Direction direction) {
        return (recipients.isEmpty() ? everybody : narrowest(recipient)).of(direction);
    }

    private Both narrowest(String recipient) {
        Optional<Address> address = Address.find(recipient);
        if (address.isEmpty()) {
            return everybody;
        }
        Both ofDomain = recipients.getOrDefault(address.get().domain(), everybody);
        return recipients.getOrDefault(address.get().toString(), ofDomain);
    }
}
