package org.lazaret.policy.settings;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.lazaret.policy.PolicyScopes;
import org.lazaret.policy.language.CustomText;
import org.lazaret.policy.language.Language;
import org.lazaret.policy.lists.ListSettings;
import org.lazaret.scan.ScanSettings;
import org.lazaret.scan.engine.Secret;

/**
 * Everything that {@code lazaret.properties} says.
 *
 * @param processor processor of James that notices and released mail enter
 */
public record Settings(ScanSettings scan, PolicyScopes policy, ListSettings lists, Warning warning, Store store, Retention retention,
                       Notice notice, Portal portal, Release release, List<Administrator> administrators,
                       AdministratorNotices administratorNotices, String processor) {
    public Settings {
        administrators = List.copyOf(administrators);
    }

    /** Value of the header {@code X-Distribution}. */
    public enum Distribution { NONE, BULK, SPAM }

    /**
     * Headers of mail delivered with a warning.
     *
     * @param spamFlag      whether {@code X-Spam-Flag: YES} is added
     * @param subjectPrefix put before the subject once; empty for none
     */
    public record Warning(Distribution distribution, boolean spamFlag, String subjectPrefix) {
    }

    /**
     * Where held mail is kept.
     *
     * @param directory      content, index, secrets and generated keys, as far as they are not elsewhere
     * @param certificates   PEM files of the X.509 certificates that held mail is encrypted to, at least one
     * @param privateKey     PEM file (PKCS #8) that opens it; empty on a node that only receives
     * @param oldPrivateKeys PEM files of keys that still open what was held before a rotation
     * @param generateKeys   whether missing key files are generated at the first start (self-signed, EC P-384, mode 0600)
     * @param secrets        folder of the secrets that nodes share
     * @param bucket         where content is; empty for files in the directory
     * @param server         where the index is; empty for a SQLite file in the directory
     */
    public record Store(Path directory, List<Path> certificates, Optional<Path> privateKey, List<Path> oldPrivateKeys, boolean generateKeys,
                        Path secrets, Optional<Bucket> bucket, Optional<Server> server) {
        public Store {
            certificates = List.copyOf(certificates);
            oldPrivateKeys = List.copyOf(oldPrivateKeys);
        }

        /** Everything in the directory. */
        public Store(Path directory, List<Path> certificates, Optional<Path> privateKey, List<Path> oldPrivateKeys, boolean generateKeys) {
            this(directory, certificates, privateKey, oldPrivateKeys, generateKeys, directory.resolve("secrets"), Optional.empty(),
                Optional.empty());
        }
    }

    /**
     * A bucket of an S3 service.
     *
     * @param endpoint    address of the service
     * @param pathStyle   whether the bucket is in the path of the address rather than in its host name
     * @param prefix      in front of the names of the objects, without slashes at the ends; may be empty
     * @param credentials where access key and secret are; empty for the environment variables that AWS' tools read
     */
    public record Bucket(URI endpoint, String region, boolean pathStyle, String name, String prefix, Optional<Secret> credentials) {
    }

    /**
     * A PostgreSQL database.
     *
     * @param url         {@code jdbc:postgresql://…}
     * @param user        empty for what the address says
     * @param password    empty for none
     * @param connections largest number of connections of this node
     */
    public record Server(String url, String user, Optional<Secret> password, int connections) {
    }

    /** What becomes of a mail that is to be held when the quota is used up. */
    public enum WhenFull {
        /** It stays with the mail server, which tries again. */
        DEFER,
        /** The oldest held mail makes room. */
        EXPIRE_OLDEST
    }

    /**
     * How long held mail is kept, and how much of it.
     *
     * @param keep     from its receipt
     * @param domains  instead of {@code keep}, for recipients of these domains (in lower case)
     * @param quota    stored bytes; 0 for no limit
     * @param interval how often what is over time is looked for
     */
    public record Retention(Duration keep, Map<String, Duration> domains, long quota, WhenFull whenFull, Duration interval) {
        public Retention {
            domains = Map.copyOf(domains);
        }

        /** How long mail for an address is kept. */
        public Duration keep(String address) {
            return domains.getOrDefault(address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT), keep);
        }
    }

    /** The operator's own texts of the notice; ours stands where one is empty. */
    public record Wording(Optional<CustomText> subject, Optional<CustomText> message, Optional<CustomText> linkText) {
        /** Nothing but our texts. */
        public static final Wording OURS = new Wording(Optional.empty(), Optional.empty(), Optional.empty());
    }

    /**
     * The notice that recipients get in place of a held mail.
     *
     * @param from         header From, an address with or without a display name
     * @param organisation who runs the mail server, as its people call it; may be empty
     * @param wordings     the operator's texts by language
     * @param learnMore    address of a page for the curious; left out when empty
     * @param language     of recipients for whom nothing else is set
     * @param languages    of recipients, by address or domain in lower case
     * @param perHour      notices a recipient gets in an hour; what is beyond goes into a digest
     */
    public record Notice(String from, String organisation, Map<Language, Wording> wordings, Optional<URI> learnMore, Language language,
                         Map<String, Language> languages, int perHour) {
        public Notice {
            wordings = Map.copyOf(wordings);
            languages = Map.copyOf(languages);
        }

        public Wording wording(Language which) {
            return wordings.getOrDefault(which, Wording.OURS);
        }

        /** The language of an address: its own, else its domain's, else everybody's. */
        public Language language(String address) {
            String key = address.toLowerCase(Locale.ROOT);
            return languages.getOrDefault(key, languages.getOrDefault(key.substring(key.lastIndexOf('@') + 1), language));
        }
    }

    /**
     * How administrators are told.
     *
     * @param perHour mails an administrator gets in an hour; what is beyond goes into a digest
     */
    public record AdministratorNotices(Language language, int perHour) {
    }

    /** What a recipient may do. */
    public enum RecipientMode {
        /** Release it. */
        RELEASE,
        /** Ask an administrator to release it. */
        REQUEST
    }

    /** For whom one recipient's decision holds. */
    public enum DecisionScope { RECIPIENT, ALL }

    /** The certificate that the portal shows to browsers, with its key. */
    public sealed interface Tls {
        /**
         * Two PEM files.
         *
         * @param certificates the server's, then those of who signed it
         * @param privateKey   PKCS #8 without a passphrase
         */
        record Pem(Path certificates, Path privateKey) implements Tls {
        }

        /**
         * A key store, PKCS #12 or JKS, with one key.
         *
         * @param password empty for none
         */
        record Keystore(Path file, Optional<Secret> password) implements Tls {
        }
    }

    /**
     * The portal.
     *
     * @param bind           address and port to listen on; port 0 for any free one
     * @param tls            empty for HTTP without TLS
     * @param publicUrl      how recipients reach it, without a slash at the end; links in notices start with it; empty for the
     *                       address listened on
     * @param linkValidity   how long a link in a notice works
     * @param administrators James accounts that may sign in as administrators
     * @param auditors       James accounts that see what administrators see, and change nothing
     * @param auditorsPreview whether auditors see what is in held mail
     * @param undo           how long a deletion can be taken back; zero for not at all
     */
    public record Portal(InetSocketAddress bind, Optional<Tls> tls, Optional<URI> publicUrl, RecipientMode mode, DecisionScope scope,
                         Duration linkValidity, List<String> administrators, List<String> auditors, boolean auditorsPreview, Duration undo) {
        public Portal {
            auditors = List.copyOf(auditors);
            administrators = List.copyOf(administrators);
        }
    }

    /** Where the password of a released zip is shown. */
    public enum PasswordPlace {
        /** In a text file beside the zip. */
        ATTACHED,
        /** In the portal alone. */
        PORTAL
    }

    /**
     * Release.
     *
     * @param markerValidity how long a released mail may take through the queue before it is treated like any other
     */
    public record Release(PasswordPlace password, Duration markerValidity) {
    }

    /**
     * A person who is told.
     *
     * @param quarantineNotices whether told of mail put into quarantine
     * @param releaseNotices    whether told of releases, requests and deletions
     */
    public record Administrator(String address, boolean quarantineNotices, boolean releaseNotices) {
    }
}
