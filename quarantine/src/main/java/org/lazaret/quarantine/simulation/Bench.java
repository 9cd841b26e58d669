package org.lazaret.quarantine.simulation;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.lazaret.policy.Policy;
import org.lazaret.policy.lists.Lists;
import org.lazaret.policy.settings.LiveSettings;
import org.lazaret.policy.settings.Settings;
import org.lazaret.policy.settings.SettingsException;
import org.lazaret.scan.Scanner;
import org.lazaret.scan.engine.Engines;

/**
 * Makes a simulation of the settings of now and a draft. Where the draft says something about limits, engines or anything else of the scan, it
 * has a scanner and engines of its own; else each mail is scanned once.
 */
public final class Bench implements AutoCloseable {
    private final Simulation simulation;
    private final Optional<Engines> drafted;

    private Bench(Simulation simulation, Optional<Engines> drafted) {
        this.simulation = simulation;
        this.drafted = drafted;
    }

    /**
     * @param draft   lines that win over all others; none to see what is done now
     * @param engines those of now; not closed with this
     * @param lists   as they stand; empty for none
     * @throws SettingsException when the draft is not allowed
     * @throws IOException       when the draft has engines that cannot be opened
     */
    public static Bench of(LiveSettings settings, Map<String, String> draft, Engines engines, Optional<Lists> lists)
        throws IOException, SettingsException {
        Settings current = settings.get();
        Optional<Lists.Moment> moment = lists.map(Lists::now);
        Judge now = new Judge(new Scanner(current.scan(), engines), new Policy(current.policy()), moment);
        if (draft.isEmpty()) {
            return new Bench(new Simulation(now, Optional.empty()), Optional.empty());
        }
        Settings other = settings.with("The draft", draft);
        Optional<Lists.Moment> otherMoment = lists.map(all -> all.now(other.lists()));
        if (other.scan().equals(current.scan())) {
            Judge drafted = new Judge(now.scanner(), new Policy(other.policy()), otherMoment);
            return new Bench(new Simulation(now, Optional.of(drafted)), Optional.empty());
        }
        Engines own = other.scan().engines().open(other.scan().temporary());
        Judge drafted = new Judge(new Scanner(other.scan(), own), new Policy(other.policy()), otherMoment);
        return new Bench(new Simulation(now, Optional.of(drafted)), Optional.of(own));
    }

    public Simulation simulation() {
        return simulation;
    }

    @Override
    public void close() {
        drafted.ifPresent(Engines::close);
    }
}
