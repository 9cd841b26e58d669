package org.lazaret.mailets.webadmin;

import com.google.inject.Injector;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.james.json.DTOModule;
import org.apache.james.server.task.json.TaskExtensionModule;
import org.apache.james.server.task.json.dto.AdditionalInformationDTO;
import org.apache.james.server.task.json.dto.AdditionalInformationDTOModule;
import org.apache.james.server.task.json.dto.TaskDTO;
import org.apache.james.server.task.json.dto.TaskDTOModule;
import org.apache.james.task.Task;
import org.apache.james.task.TaskExecutionDetails;
import org.lazaret.quarantine.Quarantine;
import org.lazaret.scan.engine.Engines;

/**
 * How James shows our tasks and hands them to its other servers, named in {@code extensions.properties}:
 *
 * <pre>
 * guice.extension.task=org.lazaret.mailets.webadmin.LazaretTasks
 * </pre>
 */
public final class LazaretTasks implements TaskExtensionModule {
    private final Provider<Quarantine> quarantine;
    private final Provider<Engines> engines;
    private final Supplier<Mailboxes> mailboxes;

    /** James makes this before the quarantine is open. */
    @Inject
    public LazaretTasks(Provider<Quarantine> quarantine, Provider<Engines> engines, Injector injector) {
        this(quarantine, engines, () -> new Mailboxes(injector));
    }

    LazaretTasks(Provider<Quarantine> quarantine, Provider<Engines> engines, Supplier<Mailboxes> mailboxes) {
        this.quarantine = quarantine;
        this.engines = engines;
        this.mailboxes = mailboxes;
    }

    @Override
    public Set<TaskDTOModule<? extends Task, ? extends TaskDTO>> taskDTOModules() {
        return Set.of(TaskDTOModule.forTask(DecisionTask.class)
            .convertToDTO(DecisionTask.Order.class)
            .toDomainObjectConverter(order -> new DecisionTask(quarantine.get(), order))
            .toDTOConverter((task, type) -> task.order())
            .typeName(DecisionTask.TYPE)
            .withFactory(TaskDTOModule::new),
            TaskDTOModule.forTask(SimulationTask.class)
                .convertToDTO(SimulationTask.Order.class)
                .toDomainObjectConverter(order -> new SimulationTask(quarantine.get(), engines.get(), mailboxes.get(), order))
                .toDTOConverter((task, type) -> task.order())
                .typeName(SimulationTask.TYPE)
                .withFactory(TaskDTOModule::new));
    }

    @Override
    public Set<AdditionalInformationDTOModule<? extends TaskExecutionDetails.AdditionalInformation, ? extends AdditionalInformationDTO>>
            taskAdditionalInformationDTOModules() {
        return Set.of(DTOModule.forDomainObject(DecisionTask.Progress.class)
            .convertToDTO(DecisionTask.Progress.class)
            .toDomainObjectConverter(progress -> progress)
            .toDTOConverter((progress, type) -> progress)
            .typeName(DecisionTask.TYPE)
            .withFactory(AdditionalInformationDTOModule::new),
            DTOModule.forDomainObject(SimulationTask.Progress.class)
                .convertToDTO(SimulationTask.Progress.class)
                .toDomainObjectConverter(progress -> progress)
                .toDTOConverter((progress, type) -> progress)
                .typeName(SimulationTask.TYPE)
                .withFactory(AdditionalInformationDTOModule::new));
    }
}
