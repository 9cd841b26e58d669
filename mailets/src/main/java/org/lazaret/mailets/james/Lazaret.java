package org.lazaret.mailets.james;

import jakarta.annotation.PreDestroy;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.james.core.Domain;
import org.apache.james.domainlist.api.DomainList;
import org.apache.james.domainlist.api.DomainListException;
import org.apache.james.metrics.api.GaugeRegistry;
import org.apache.james.user.api.UsersRepository;
import org.lazaret.mailets.Meters;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.policy.settings.SettingsFile;
import org.lazaret.portal.Portal;
import org.lazaret.quarantine.Outgoing;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.quarantine.store.Quarantines;
import org.lazaret.scan.Rules;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.engine.Engines;

/**
 * What lives as long as the server: the quarantine, the portal and the engines. Opened in the constructor, that is, before James takes mail;
 * notices can name the portal's address from the first mail on.
 */
public final class Lazaret {
    private final Quarantine quarantine;
    private final Portal portal;
    private final Engines engines;
    private final Gauges gauges;

    /** @throws IOException when the store cannot be opened or the portal's address cannot be listened on; names file or address */
    @Inject
    public Lazaret(SettingsFile file, Outgoing outgoing, DomainList domains, UsersRepository users, Clock clock, Engines engines, Scanner scanner,
                   Meters meters, GaugeRegistry registry)
        throws IOException, SettingsException {
        this.engines = engines;
        // The quarantine asks for the portal's address, the portal shows the quarantine: one of them has to come first.
        CompletableFuture<Portal> shown = new CompletableFuture<>();
        try {
            quarantine = Quarantines.open(file, outgoing, address -> isLocal(domains, address), clock, () -> shown.join().url());
        } catch (IOException e) {
            throw LazaretModule.logged(e);
        } catch (SettingsException e) {
            throw LazaretModule.logged(e);
        } catch (RuntimeException e) {
            throw LazaretModule.logged(e);
        }
        quarantine.audit().watch(new Witness(meters));
        portal = new Portal(quarantine.settings(), quarantine, new JamesAccounts(users), sentences(), engines::health, clock);
        shown.complete(portal);
        try {
            portal.start();
        } catch (IOException e) {
            quarantine.close();
            throw LazaretModule.logged(e);
        } catch (RuntimeException e) {
            quarantine.close();
            throw LazaretModule.logged(e);
        }
        gauges = new Gauges(registry, quarantine.upkeep(), scanner, engines, portal, meters);
    }

    Quarantine quarantine() {
        return quarantine;
    }

    Portal portal() {
        return portal;
    }

    /** Finishes what a crash left, once James' queue takes mail. */
    void start() {
        quarantine.start();
    }

    @PreDestroy
    public void stop() {
        gauges.close();
        portal.close();
        quarantine.close();
        engines.close();
    }

    private static UnaryOperator<String> sentences() {
        Map<String, String> sentences = Rules.load().all().stream().collect(Collectors.toMap(Rules.Rule::id, Rules.Rule::sentence));
        return id -> sentences.getOrDefault(id, id);
    }

    private static boolean isLocal(DomainList domains, String address) {
        try {
            return domains.containsDomain(Domain.of(address.substring(address.lastIndexOf('@') + 1)));
        } catch (DomainListException e) {
            throw new IllegalStateException("The domain list does not answer", e);
        }
    }
}
