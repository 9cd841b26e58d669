package org.lazaret.scan.engine;

import java.io.IOException;

/** An engine that knows bytes by their hash alone, out of its own memory: so fast that it is asked about every item, archive entries included. */
public interface Lookup extends Engine {

    /**
     * @param sha256 lower-case hex
     * @throws IOException when there is no list to look into
     */
    Answer look(String sha256) throws IOException;
}
