package org.lazaret.scan.mime;

/**
 * The choices of one reader where a message leaves a choice.
 *
 * @param last       takes the last of several fields, and names with junk around them; every boundary that can be read out of a field
 * @param skipBroken passes over a header line that is no field, where others begin the body
 * @param blankEnds  takes a line of blanks for the end of the header, where others take it for a folded one
 * @param ends       what ends a line
 * @param prefix     takes a line that goes on behind the boundary for a delimiter
 * @param every      takes every line that looks like a delimiter in front of a header for one, declared or not
 * @param raw        leaves content as it is encoded, and walks through embedded messages
 * @param decodes    undoes the encoding of a multipart as a whole, which most ignore
 */
record Reading(boolean last, boolean skipBroken, boolean blankEnds, Ends ends, boolean prefix, boolean every, boolean raw,
               boolean decodes) {

    enum Ends { LF, CRLF_ONLY, CR_TOO }

    /** What most programs do. */
    static final Reading PLAIN = new Reading(false, false, false, Ends.LF, false, false, false, false);
    static final Reading FIRST = new Reading(false, false, false, Ends.LF, false, false, true, false);
    static final Reading LAST = new Reading(true, false, false, Ends.LF, false, false, true, false);
    static final Reading SKIPPING = new Reading(true, true, false, Ends.LF, false, false, true, false);
    static final Reading BLANK_ENDS = new Reading(false, false, true, Ends.LF, false, false, true, false);
    static final Reading CR_ENDS = new Reading(false, false, false, Ends.CR_TOO, false, false, true, false);
    static final Reading CRLF_ENDS = new Reading(false, false, false, Ends.CRLF_ONLY, false, false, true, false);
    static final Reading PREFIX = new Reading(false, false, false, Ends.LF, true, false, true, false);
    static final Reading DECODING = new Reading(false, false, false, Ends.LF, false, false, true, true);
    static final Reading EVERY = new Reading(true, false, true, Ends.LF, true, true, true, false);
    static final Reading EVERY_CR = new Reading(true, true, true, Ends.CR_TOO, true, true, true, false);
}
