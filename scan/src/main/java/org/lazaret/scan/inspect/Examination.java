package org.lazaret.scan.inspect;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.lazaret.scan.Unscannable.Reason;

/** The course of one mail's scan: collects what analysers see, and scans what they take out of containers. */
public interface Examination {

    /**
     * Reports a finding with the weight of its rule.
     *
     * @param rule     id of a rule in {@code rules.tsv}; an unknown one is a fault of ours and fails the scan
     * @param evidence what was seen, as found
     */
    void finding(Item item, String rule, String evidence);

    void unscannable(Item item, Reason reason, String detail);

    /**
     * Reads an item out of its container and judges it like an attachment, to the bottom. Charges entry, bytes and depth.
     *
     * @param packedSize bytes it takes in the container, for the ratio; -1 when not known
     */
    void child(Item parent, String name, String declaredType, InputStream content, long packedSize) throws IOException, LimitExceeded;

    /** Judges the name of an entry whose content cannot be had (encrypted, unsupported). Charges an entry. */
    void nameOnly(Item parent, String name) throws LimitExceeded;

    /** Charges work that is not a child: decompressed bytes that were looked at in place. */
    void charge(long bytes) throws LimitExceeded;

    /** To be called now and then in long loops. */
    void checkTime() throws LimitExceeded;

    /** Words of the mail's text that could be passwords, likeliest first; at most 64. */
    List<String> passwords();
}
