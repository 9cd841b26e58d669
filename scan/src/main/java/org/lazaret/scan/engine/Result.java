package org.lazaret.scan.engine;

import java.util.Optional;

/** What became of asking one engine. */
public sealed interface Result {
    /** Name of the engine. */
    String engine();

    /** @param version of the engine, when it is known */
    record Answered(String engine, Answer answer, Optional<String> version) implements Result {
    }

    /**
     * There is no answer to rely on.
     *
     * @param required whether the mail must not pass without it
     * @param why      for people
     */
    record Failed(String engine, boolean required, String why) implements Result {
    }
}
