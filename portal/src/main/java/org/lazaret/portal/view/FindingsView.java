package org.lazaret.portal.view;

import java.util.List;

/**
 * What was found in one place, for people.
 *
 * @param sentences what it means, in the reader's language, each once
 * @param details   every finding, in English
 */
public record FindingsView(List<String> sentences, List<FindingView> details) {
    public FindingsView {
        sentences = List.copyOf(sentences);
        details = List.copyOf(details);
    }

    public boolean isEmpty() {
        return details.isEmpty();
    }
}
