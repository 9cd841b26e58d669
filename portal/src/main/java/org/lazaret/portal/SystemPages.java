package org.lazaret.portal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.lazaret.portal.session.Session;
import org.lazaret.portal.view.EngineView;
import org.lazaret.portal.view.Shown;
import org.lazaret.portal.view.WorkView;
import org.lazaret.portal.web.Answer;
import org.lazaret.portal.web.Call;
import org.lazaret.quarantine.Upkeep;
import org.lazaret.quarantine.Upkeep.Progress;
import org.lazaret.quarantine.Upkeep.Work;
import org.lazaret.scan.engine.EngineHealth;

/** What runs behind it all: jobs, engines, the store. */
final class SystemPages {
    private static final int DAMAGES = 100;
    private static final String PATH = "/admin/system";

    private final Desk desk;
    private final Supplier<List<EngineHealth>> engines;

    SystemPages(Desk desk, Supplier<List<EngineHealth>> engines) {
        this.desk = desk;
        this.engines = engines;
    }

    Answer system(Call call, Session session) {
        String done = call.query().first("done");
        Upkeep upkeep = desk.quarantine().upkeep();
        Map<String, Object> values = new HashMap<>();
        values.put("works", Arrays.stream(Work.values()).map(work -> work(work, upkeep.progress(work))).toList());
        values.put("damages", upkeep.damages(DAMAGES).stream().map(damage -> new WorkView.Damaged(damage.record().value(),
            desk.path(Desk.mailPath(damage.record())), desk.views().date(damage.found()), Shown.line(damage.problem(), 500))).toList());
        values.put("engines", engines(engines.get(), desk));
        values.put("size", desk.views().size(upkeep.storedBytes()));
        values.put("begun", List.of("begun", "refused").contains(done) ? desk.t().say("admin.work." + done) : "");
        values.put("refused", done.equals("refused"));
        return desk.page(200, "system.jte", "title.admin-system", session, values);
    }

    static List<EngineView> engines(List<EngineHealth> engines, Desk desk) {
        return engines.stream().map(engine -> new EngineView(Shown.line(engine.name()), engine.kind(), engine.required(), engine.isWell(),
            desk.t().say(engine.isWell() ? "admin.engine.well" : engine.failingSince().isPresent() ? "admin.engine.failing" : "admin.engine.unwell"),
            engine.failingSince().map(desk.views()::date).orElse(""), Shown.line(engine.lastError().orElse(""), 500),
            Shown.line(engine.version().orElse("")), engine.clean() + engine.harmful(), engine.harmful(), engine.failed(),
            engine.latency().toMillis())).toList();
    }

    /** As in the path that begins it. */
    static String name(Work work) {
        return work.name().toLowerCase(Locale.ROOT);
    }

    private WorkView work(Work work, Optional<Progress> progress) {
        String name = name(work);
        String state = progress.isEmpty() ? "never" : progress.get().finished().isPresent() ? "finished" : "running";
        return new WorkView(name, desk.t().say("admin.work." + name), desk.t().say("admin.work." + name + ".text"), state,
            desk.t().say("admin.work." + state),
            progress.map(run -> desk.views().date(run.finished().orElse(run.updated()))).orElse(""),
            progress.map(Progress::done).orElse(0L), progress.map(Progress::total).orElse(0L), progress.map(Progress::failed).orElse(0L),
            Shown.line(progress.map(Progress::problem).orElse(""), 500));
    }

    Answer begin(Call call, Session session) {
        Work work = Work.valueOf(call.segment(2).toUpperCase(Locale.ROOT));
        boolean begun = desk.quarantine().upkeep().begin(work, Desk.actor(session, call));
        return Answer.seeOther(desk.path(PATH) + "?done=" + (begun ? "begun" : "refused"));
    }
}
