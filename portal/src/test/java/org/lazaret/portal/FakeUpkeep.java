package org.lazaret.portal;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.lazaret.quarantine.Actor;
import org.lazaret.quarantine.Upkeep;

/** Works that a test lets have run. */
final class FakeUpkeep implements Upkeep {
    final Map<Work, Progress> runs = new EnumMap<>(Work.class);
    final List<Damage> damages = new ArrayList<>();
    boolean refuses;
    private final FakeQuarantine quarantine;

    FakeUpkeep(FakeQuarantine quarantine) {
        this.quarantine = quarantine;
    }

    @Override
    public boolean begin(Work work, Actor actor) {
        quarantine.calls.add("begin " + work);
        return !refuses;
    }

    @Override
    public Optional<Progress> progress(Work work) {
        return Optional.ofNullable(runs.get(work));
    }

    @Override
    public List<Damage> damages(int limit) {
        return damages.stream().limit(limit).toList();
    }

    @Override
    public Figures figures() {
        throw new UnsupportedOperationException();
    }

    @Override
    public long storedBytes() {
        return 3_221_225_472L;
    }
}
