package org.lazaret.cli.conf;

import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The protocols of {@code mailrepositorystore.xml}, and whether a repository's address has one of them. */
final class Repositories {
    static final String FILE = "mailrepositorystore.xml";

    private static final String OURS = "org.lazaret.";
    private static final String HELD_MAIL = "org.lazaret.mailets.james.HeldMailRepository";
    private static final Set<String> FORGOTTEN = Set.of("memory");

    private final Optional<Set<String>> protocols;

    private Repositories(Optional<Set<String>> protocols) {
        this.protocols = protocols;
    }

    /** @param root empty when there is no such file, or it cannot be read: then every protocol is taken for one */
    static Repositories of(Optional<XmlElement> root, Remarks remarks) {
        if (root.isEmpty()) {
            return new Repositories(Optional.empty());
        }
        Set<String> protocols = new TreeSet<>();
        for (XmlElement store : root.get().all("mailrepositories")) {
            for (XmlElement repository : store.all("mailrepository")) {
                String type = repository.attribute("class").orElse("");
                if (type.startsWith(OURS) && !type.equals(HELD_MAIL)) {
                    remarks.fault(FILE, repository.line(), "there is no " + type + "; there is " + HELD_MAIL);
                }
                repository.all("protocols").forEach(all -> all.all("protocol").forEach(protocol -> protocols.add(protocol.text())));
            }
        }
        return new Repositories(Optional.of(protocols));
    }

    void check(String url, String file, int line, Remarks remarks) {
        int end = url.indexOf("://");
        if (end < 0) {
            remarks.fault(file, line, url + " is no repository: protocol://path");
        } else if (protocols.isPresent() && !protocols.get().contains(url.substring(0, end)) && !url.contains("${")) {
            remarks.fault(file, line, url + ": " + FILE + " has no protocol " + url.substring(0, end) + "; it has "
                + String.join(", ", protocols.get()));
        }
    }

    /** Of a repository for mail that must not be lost. */
    void hintWhereForgotten(String url, String file, int line, Remarks remarks) {
        if (FORGOTTEN.stream().anyMatch(protocol -> url.startsWith(protocol + "://"))) {
            remarks.hint(file, line, url + " is lost when the server stops; take a repository that outlives it");
        }
    }
}
