package org.lazaret.cli.conf;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A mailet in a processor, behind its matcher.
 *
 * @param mailet     without the package that James puts in front itself
 * @param matcher    likewise, without its condition
 * @param condition  of the matcher; empty for none
 * @param inverted   whether it is for mail that the matcher does not match
 * @param parameters of the mailet
 */
record Step(int line, String mailet, String matcher, Optional<String> condition, boolean inverted, Map<String, String> parameters) {
    private static final String MAILETS_OF_JAMES = "org.apache.james.transport.mailets.";
    private static final String MATCHERS_OF_JAMES = "org.apache.james.transport.matchers.";
    /** Hand mail to mailboxes or other servers, in whole. */
    private static final Set<String> DELIVERING = Set.of("LocalDelivery", "RemoteDelivery", "Forward", "Redirect", "Resend", "MailToAllUsers",
        "ToSenderFolder");
    /** Answer the sender, often with the mail in the answer. */
    private static final Set<String> BOUNCING = Set.of("Bounce", "DSNBounce", "NotifySender");

    static Step of(XmlElement element) {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (XmlElement child : element.children()) {
            parameters.merge(child.name(), child.text(), (one, other) -> one + "," + other);
        }
        String match = element.attribute("match").or(() -> element.attribute("notmatch")).orElse("All");
        int equals = match.indexOf('=');
        return new Step(element.line(), shortened(element.attribute("class").orElse(""), MAILETS_OF_JAMES),
            shortened(equals < 0 ? match : match.substring(0, equals), MATCHERS_OF_JAMES),
            equals < 0 ? Optional.empty() : Optional.of(match.substring(equals + 1)), element.attribute("notmatch").isPresent(), parameters);
    }

    private static String shortened(String name, String prefix) {
        return name.startsWith(prefix) ? name.substring(prefix.length()) : name;
    }

    boolean isForAll() {
        return matcher.equals("All") && !inverted;
    }

    boolean is(String ourMailet) {
        return mailet.equals(Parts.MAILETS + ourMailet);
    }

    /** Whether it is a mailet of ours behind the decision that it is made for. */
    boolean carriesOut(String action, String ourMailet) {
        return is(ourMailet) && matcher.equals(Parts.MATCHERS + "ActionIs") && condition.map(String::strip).filter(action::equals).isPresent()
            && !inverted;
    }

    boolean isOurs() {
        return mailet.startsWith(Parts.MAILETS);
    }

    boolean hasOurMatcher() {
        return matcher.startsWith(Parts.MATCHERS);
    }

    /** Whether its matcher needs a verdict. */
    boolean asksForVerdict() {
        return hasOurMatcher() && !matcher.equals(Parts.MATCHERS + "IsOutbound");
    }

    boolean delivers() {
        return DELIVERING.contains(mailet);
    }

    boolean bounces() {
        return BOUNCING.contains(mailet);
    }

    /** Whether the mail that it is for goes no further. */
    boolean ends() {
        return mailet.equals("Null") || keeps() || mailet.equals("ToProcessor") || is("Quarantine") || is("Defer");
    }

    /** Whether it puts the mail away. */
    boolean keeps() {
        return List.of("ToRepository", "ToSenderDomainRepository").contains(mailet) && !parameters.getOrDefault("passThrough", "").equals("true");
    }

    Optional<String> parameter(String name) {
        return Optional.ofNullable(parameters.get(name)).filter(value -> !value.isEmpty());
    }
}
