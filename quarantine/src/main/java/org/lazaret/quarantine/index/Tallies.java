package org.lazaret.quarantine.index;

import java.time.Instant;
import java.util.List;
import org.lazaret.quarantine.Statistics.Hour;

/** Port: counts by the hour, added up over all nodes. Each method is one transaction. */
public interface Tallies {

    /** Adds to what is there. */
    void add(List<Hour> hours);

    /** Hours that begin at a time or later and before another, oldest first. */
    List<Hour> hours(Instant from, Instant until);
}
