package org.lazaret.scan.examine;

import java.util.List;
import org.lazaret.scan.inspect.Analyser;

/**
 * The analysers of a scanner, in the order they run.
 *
 * @param ofNames    judge by name and types alone; they also see entries whose content cannot be had, and further names of an item
 * @param ofContents look into the content
 */
public record Analysers(List<Analyser> ofNames, List<Analyser> ofContents) {
    public Analysers {
        ofNames = List.copyOf(ofNames);
        ofContents = List.copyOf(ofContents);
    }
}
