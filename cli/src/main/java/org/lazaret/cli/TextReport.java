package org.lazaret.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.lazaret.scan.Attachment;
import org.lazaret.scan.Finding;
import org.lazaret.scan.Unscannable;
import org.lazaret.scan.Verdict;

/** Results for people: a line for each input, below it the tree of its attachments and what is in them, with what was found where. */
final class TextReport {
    private final PrintWriter out;
    private final Display display;
    private final UnaryOperator<String> sentences;

    TextReport(PrintWriter out, Display display, UnaryOperator<String> sentences) {
        this.out = out;
        this.display = display;
        this.sentences = sentences;
    }

    void write(Result result) {
        Verdict verdict = result.verdict();
        out.printf(Locale.ROOT, "%s: %s, score %s, would be %s%n", display.escape(result.input().label()), result.status().keyword(),
            verdict.score(), switch (result.action()) {
                case PERMIT -> "permitted";
                case WARN -> "delivered with a warning";
                case DEFER -> "deferred";
                case QUARANTINE -> "quarantined";
            });
        print(tree(result), "");
        out.flush();
    }

    /** An attachment, an entry, or the input itself; what is said about it stands before what is in it. */
    private static final class Node {
        private final String name;
        private final Optional<Attachment> attachment;
        private final List<String> remarks = new ArrayList<>();
        private final List<Node> children = new ArrayList<>();

        Node(String name, Optional<Attachment> attachment) {
            this.name = name;
            this.attachment = attachment;
        }

        Node child(String wanted) {
            return children.stream().filter(child -> child.name.equals(wanted)).findFirst().orElseGet(() -> add(new Node(wanted, Optional.empty())));
        }

        Node add(Node child) {
            children.add(child);
            return child;
        }
    }

    private Node tree(Result result) {
        Node root = new Node("", Optional.empty());
        for (Attachment attachment : result.verdict().attachments()) {
            root.add(new Node(attachment.name(), Optional.of(attachment)));
        }
        for (Finding finding : result.verdict().findings()) {
            find(root, finding.path(), finding.sha256()).remarks.add(remark(finding));
        }
        for (Unscannable obstacle : result.verdict().obstacles()) {
            find(root, obstacle.path(), "").remarks.add("unscannable, " + words(obstacle.reason()) + ": " + display.escape(obstacle.detail()));
        }
        if (result.verdict() instanceof Verdict.Failed failed) {
            root.remarks.add("failed: " + display.escape(failed.cause()));
        }
        return root;
    }

    /** Two attachments may share a name: the digest tells which one is meant, where a finding has it. */
    private static Node find(Node root, List<String> path, String sha256) {
        if (path.isEmpty()) {
            return root;
        }
        Node node = root.children.stream()
            .filter(child -> child.name.equals(path.get(0)) && child.attachment.filter(same -> same.sha256().equals(sha256)).isPresent())
            .findFirst().orElseGet(() -> root.child(path.get(0)));
        for (String name : path.subList(1, path.size())) {
            node = node.child(name);
        }
        return node;
    }

    private String remark(Finding finding) {
        String sentence = sentences.apply(finding.rule());
        String evidence = finding.evidence().isEmpty() ? "" : ": " + display.escape(finding.evidence());
        return finding.weight() + "  " + display.escape(sentence) + " (" + display.escape(finding.rule()) + ")" + evidence;
    }

    private static String words(Unscannable.Reason reason) {
        return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private void print(Node node, String indent) {
        int lines = node.remarks.size() + node.children.size();
        for (String remark : node.remarks) {
            lines--;
            out.println(indent + (lines == 0 ? display.lastBranch() : display.branch()) + remark);
        }
        for (Node child : node.children) {
            lines--;
            out.println(indent + (lines == 0 ? display.lastBranch() : display.branch()) + title(child));
            print(child, indent + (lines == 0 ? "   " : display.trunk()));
        }
    }

    private String title(Node node) {
        String name = node.name.isEmpty() ? "(no name)" : display.escape(node.name);
        return node.attachment
            .map(attachment -> name + "  " + type(attachment) + ", " + size(attachment.size()) + ", score " + attachment.score())
            .orElse(name);
    }

    private String type(Attachment attachment) {
        String detected = display.escape(attachment.detectedType());
        return attachment.declaredType().isEmpty() || attachment.declaredType().equals(attachment.detectedType())
            ? detected
            : detected + " (declared " + display.escape(attachment.declaredType()) + ")";
    }

    private static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        return bytes < 1024 * 1024
            ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
            : String.format(Locale.ROOT, "%.1f MiB", bytes / (1024.0 * 1024));
    }
}
