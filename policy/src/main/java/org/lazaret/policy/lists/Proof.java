package org.lazaret.policy.lists;

import java.util.Optional;

/**
 * What James found out about the sender.
 *
 * @param dkim domain whose signature was valid
 * @param spf  domain of the envelope sender, when SPF passed for it
 */
public record Proof(Optional<String> dkim, Optional<String> spf) {
    public static final Proof NONE = new Proof(Optional.empty(), Optional.empty());

    /**
     * Whether one of the two domains is this one or above it. Stricter than the relaxed alignment of DMARC (RFC 7489 section 3.1), which
     * needs a list of public suffixes: without one, somebody below a shared domain could sign for all of it.
     */
    boolean covers(String domain) {
        return dkim.filter(proven -> isOrIsAbove(proven, domain)).isPresent() || spfCovers(domain);
    }

    boolean spfCovers(String domain) {
        return spf.filter(proven -> isOrIsAbove(proven, domain)).isPresent();
    }

    private static boolean isOrIsAbove(String proven, String domain) {
        return domain.equals(proven) || domain.endsWith("." + proven);
    }
}
