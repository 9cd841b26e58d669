package org.lazaret.portal.view;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.lazaret.scan.Finding;

/**
 * Findings where they were made: an attachment, what is in it, what is in that. At most {@value #MAX_FINDINGS} findings, worst first, and
 * {@value #MAX_DEPTH} levels; what is deeper stands at the last of them.
 *
 * @param name of the attachment or entry; empty for the mail as a whole
 */
public record TreeView(Shown name, List<Found> findings, List<TreeView> inside) {
    private static final int MAX_FINDINGS = 200;
    private static final int MAX_DEPTH = 12;

    /** A finding. */
    public record Found(String weight, String sentence, String rule, Shown evidence, String sha256) {
    }

    /**
     * Other mails with the same attachment.
     *
     * @param count how many
     */
    public record Similar(Shown name, String count, String href) {
    }

    public TreeView {
        findings = List.copyOf(findings);
        inside = List.copyOf(inside);
    }

    public boolean isEmpty() {
        return findings.isEmpty() && inside.isEmpty();
    }

    public static TreeView of(List<Finding> findings, Views views) {
        Node root = new Node();
        findings.stream().sorted(Comparator.comparing(Finding::weight).reversed()).limit(MAX_FINDINGS).forEach(finding -> {
            Node node = root;
            for (String name : finding.path().stream().limit(MAX_DEPTH).toList()) {
                node = node.inside.computeIfAbsent(name, any -> new Node());
            }
            node.findings.add(new Found(finding.weight().toString(), views.sentence(finding.rule()), finding.rule(),
                Shown.line(finding.evidence()), finding.sha256()));
        });
        return root.view("", views);
    }

    private static final class Node {
        private final List<Found> findings = new ArrayList<>();
        private final Map<String, Node> inside = new LinkedHashMap<>();

        private TreeView view(String name, Views views) {
            List<TreeView> below = new ArrayList<>();
            inside.forEach((inner, node) -> below.add(node.view(inner.isBlank() ? views.unnamed() : inner, views)));
            return new TreeView(Shown.line(name, 200), findings, below);
        }
    }
}
