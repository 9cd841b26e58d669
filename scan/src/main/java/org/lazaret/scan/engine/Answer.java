package org.lazaret.scan.engine;

import java.util.List;
import org.lazaret.scan.Score;

/** What an engine says of a sample. That it could not be asked is no answer but an exception. */
public sealed interface Answer {

    /** It looked at all of it and knows nothing against it. */
    record Clean() implements Answer {
    }

    /** It found something; at least one hit. */
    record Harmful(List<Hit> hits) implements Answer {
        public Harmful {
            hits = List.copyOf(hits);
            if (hits.isEmpty()) {
                throw new IllegalArgumentException("Harmful without a hit");
            }
        }
    }

    /**
     * It is well, but cannot judge this: larger than it takes, or encrypted for it.
     *
     * @param why for people, naming the limit
     */
    record Unable(String why) implements Answer {
    }

    /**
     * One thing it found.
     *
     * @param signature   its name with the engine; as received, so escape before display
     * @param weight      how bad
     * @param description for people; may be empty; as received, so escape before display
     */
    record Hit(String signature, Score weight, String description) {
    }
}
