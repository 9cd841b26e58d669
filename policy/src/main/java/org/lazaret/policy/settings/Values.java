package org.lazaret.policy.settings;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.lazaret.scan.Score;
import org.lazaret.scan.engine.Secret;

/** How values are written in the settings file. Each parser throws an {@link IllegalArgumentException} that says what is allowed. */
final class Values {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,6})\\s*(s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(|K|M|G)");
    private static final Pattern ADDRESS = Pattern.compile("[^\\s@<>\",;:\\p{Cntrl}]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    private static final Pattern BUCKET = Pattern.compile("s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/([A-Za-z0-9_.-]+(?:/[A-Za-z0-9_.-]+)*))?/?");
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?");
    private static final Pattern MAILBOX = Pattern.compile("(?:\"?([^\"<>\\p{Cntrl}]*?)\"?\\s*<([^<>]+)>)|([^<>]+)");

    private Values() {
    }

    /** Reads a value; one that is not allowed is named with its place and what is. */
    static <T> T parse(String file, String key, String value, Function<String, T> parser) throws SettingsException {
        try {
            return parser.apply(value);
        } catch (IllegalArgumentException e) {
            throw SettingsException.of(file, key, value, String.valueOf(e.getMessage()));
        }
    }

    /** Where a secret is. A value that is not allowed may be the secret itself and is not shown. */
    static Secret secret(String file, String key, String value, Path base) throws SettingsException {
        return parse(file, key, value.isEmpty() ? "" : "…", any -> Secret.parse(value, base));
    }

    static Duration duration(String text) {
        Matcher matcher = DURATION.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new IllegalArgumentException("a number above 0 with a unit, such as 30s, 15m, 12h or 30d");
        }
        long seconds = switch (matcher.group(2)) {
            case "s" -> 1;
            case "m" -> 60;
            case "h" -> 3_600;
            default -> 86_400;
        };
        return Duration.ofSeconds(Long.parseLong(matcher.group(1)) * seconds);
    }

    /** A duration, or 0 for none. */
    static Duration durationOrNone(String text) {
        try {
            return text.equals("0") ? Duration.ZERO : duration(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("0 for none, or a number with a unit, such as 30s, 15m, 12h or 30d", e);
        }
    }

    static long size(String text) {
        Matcher matcher = SIZE.matcher(text);
        if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
            throw new IllegalArgumentException("a number of bytes above 0, or with a unit of 1024: 64K, 512M, 2G");
        }
        int shift = switch (matcher.group(2)) {
            case "K" -> 10;
            case "M" -> 20;
            case "G" -> 30;
            default -> 0;
        };
        return Long.parseLong(matcher.group(1)) << shift;
    }

    /** A size, or 0 for none. */
    static long quota(String text) {
        try {
            return text.equals("0") ? 0 : size(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("0 for no limit, or a number of bytes, also with a unit of 1024: 64K, 512M, 200G", e);
        }
    }

    static boolean isDomain(String text) {
        return DOMAIN.matcher(text).matches();
    }

    static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

    static int count(String text) {
        if (!text.matches("[1-9]\\d{0,8}")) {
            throw new IllegalArgumentException("a whole number from 1 to 999999999");
        }
        return Integer.parseInt(text);
    }

    static boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("true or false");
        };
    }

    static Score score(String text) {
        try {
            return Score.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("a number from 0 to 10 with at most one decimal", e);
        }
    }

    static List<String> list(String text) {
        List<String> entries = new ArrayList<>();
        for (String entry : text.split(",", -1)) {
            if (!entry.isBlank()) {
                entries.add(entry.strip());
            }
        }
        return entries;
    }

    static List<String> addresses(String text) {
        List<String> addresses = list(text);
        for (String address : addresses) {
            if (!ADDRESS.matcher(address).matches()) {
                throw new IllegalArgumentException("mail addresses separated by commas; '" + address + "' is none");
            }
        }
        return addresses;
    }

    /** An address, or a display name and an address in angle brackets. */
    static String mailbox(String text) {
        Matcher matcher = MAILBOX.matcher(text);
        if (!matcher.matches() || !ADDRESS.matcher(matcher.group(2) != null ? matcher.group(2) : matcher.group(3)).matches()) {
            throw new IllegalArgumentException("a mail address, or Name <address>");
        }
        return text;
    }

    static String line(String text) {
        if (text.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("one line without control characters");
        }
        return text;
    }

    /** Lines of text; a line break is written {@code \\n}. */
    static String paragraphs(String text) {
        if (text.chars().anyMatch(c -> Character.isISOControl(c) && c != '\n')) {
            throw new IllegalArgumentException("text without control characters but \\n for a line break");
        }
        return text;
    }

    static String processor(String text) {
        if (!text.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("the name of a processor in mailetcontainer.xml");
        }
        return text;
    }

    static Optional<URI> webAddress(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            URI uri = new URI(text);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if ((scheme.equals("http") || scheme.equals("https")) && uri.getHost() != null) {
                return Optional.of(uri);
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new IllegalArgumentException("nothing, or an address that starts with http:// or https://");
    }

    /** A bucket of S3 and what the names of its objects begin with. */
    record BucketName(String bucket, String prefix) {
    }

    static Optional<BucketName> bucket(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = BUCKET.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("nothing, or s3://bucket or s3://bucket/prefix");
        }
        return Optional.of(new BucketName(matcher.group(1), matcher.group(2) == null ? "" : matcher.group(2)));
    }

    static String region(String text) {
        if (!text.matches("[a-z0-9-]{1,64}")) {
            throw new IllegalArgumentException("the name of a region, such as eu-central-1");
        }
        return text;
    }

    static Optional<String> postgresql(String text) {
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!text.matches("jdbc:postgresql://\\S+/[^\\s/]+") || text.matches("(?i).*[?&]password=.*")) {
            throw new IllegalArgumentException("nothing, or jdbc:postgresql://host:port/database; the password goes elsewhere, see index.password");
        }
        return Optional.of(text);
    }

    static InetSocketAddress socket(String text) {
        int colon = text.lastIndexOf(':');
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            String host = text.substring(0, Math.max(colon, 0)).replaceAll("^\\[|]$", "");
            if (!host.isEmpty() && port >= 0 && port <= 65_535) {
                return InetSocketAddress.createUnresolved(host, port);
            }
        } catch (NumberFormatException e) {
            // said below
        }
        throw new IllegalArgumentException("an address to listen on and a port from 0 to 65535, such as 127.0.0.1:8180");
    }

    /** Which of the known keys was meant, as half a sentence; empty when none is near. */
    static String nearest(String key, String prefix, Collection<String> keys) {
        return keys.stream()
            .filter(known -> distance(key, known) <= 3)
            .min((one, other) -> distance(key, one) - distance(key, other))
            .map(known -> "; did you mean " + prefix + known + "?")
            .orElse("");
    }

    /** Levenshtein distance. */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int above = row[j];
                row[j] = Math.min(Math.min(row[j] + 1, row[j - 1] + 1), diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1));
                diagonal = above;
            }
        }
        return row[other.length()];
    }
}
