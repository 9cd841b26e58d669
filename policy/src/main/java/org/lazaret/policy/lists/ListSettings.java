package org.lazaret.policy.lists;

/**
 * How far senders are believed for allow entries. Block entries need no proof.
 *
 * @param headerFrom for entries on the header field From
 * @param mailFrom   for entries on the envelope sender
 */
public record ListSettings(Trust headerFrom, Trust mailFrom) {
    public static final ListSettings DEFAULT = new ListSettings(Trust.ALIGNED, Trust.ANY);

    public enum Trust {
        /** The address counts when DKIM or SPF, as recorded by James, passed for its domain. */
        ALIGNED,
        /** The address counts as it stands, even though anybody can write it. */
        ANY
    }
}
