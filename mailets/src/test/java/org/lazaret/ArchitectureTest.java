package org.lazaret;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.plantuml.rules.PlantUmlArchCondition.Configuration.consideringOnlyDependenciesInDiagram;
import static com.tngtech.archunit.library.plantuml.rules.PlantUmlArchCondition.adhereToPlantUmlDiagram;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.nio.file.Path;

/** The arrows between the modules, and who may import what. This module sees all of them. */
@AnalyzeClasses(packages = "org.lazaret", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule ARROWS = classes()
        .should(adhereToPlantUmlDiagram(Path.of("../docs/architecture.puml"), consideringOnlyDependenciesInDiagram()));

    @ArchTest
    static final ArchRule NOTHING_BELOW_KNOWS_JAMES = noClasses()
        .that(resideInAnyPackage("org.lazaret.scan..", "org.lazaret.policy..", "org.lazaret.quarantine..", "org.lazaret.portal.."))
        .should().dependOnClassesThat(resideInAnyPackage("org.apache.james..", "org.apache.mailet..", "jakarta.mail..", "javax.mail..",
            "com.google.inject..").and(not(resideInAPackage("org.apache.james.mime4j.."))));

    @ArchTest
    static final ArchRule ONLY_CRYPTO_IMPORTS_BOUNCY_CASTLE = noClasses()
        .that(not(resideInAPackage("org.lazaret.quarantine.crypto..")))
        .should().dependOnClassesThat(resideInAPackage("org.bouncycastle.."));

    /** The protected zip is written in one place, and encrypted archives in mail are read in one: docs/adr/0001. */
    @ArchTest
    static final ArchRule TWO_PACKAGES_IMPORT_ZIP4J = noClasses()
        .that(not(resideInAnyPackage("org.lazaret.quarantine.release..", "org.lazaret.scan.archive..")))
        .should().dependOnClassesThat(resideInAPackage("net.lingala.zip4j.."));

    @ArchTest
    static final ArchRule ONLY_INDEX_SPEAKS_SQL = noClasses()
        .that(not(resideInAPackage("org.lazaret.quarantine.index..")))
        .should().dependOnClassesThat(resideInAnyPackage("org.jdbi..", "org.flywaydb..", "org.sqlite..", "com.zaxxer.hikari..", "java.sql.."));

    /** So that nothing from outside is logged as it came. */
    @ArchTest
    static final ArchRule ONLY_LOG_SPEAKS_SLF4J = noClasses()
        .that(not(resideInAPackage("org.lazaret.scan.log..")))
        .should().dependOnClassesThat(resideInAPackage("org.slf4j.."));

    @ArchTest
    static final ArchRule ONLY_PORTAL_SPEAKS_HTTP = noClasses()
        .that(not(resideInAPackage("org.lazaret.portal..")))
        .should().dependOnClassesThat(resideInAnyPackage("org.eclipse.jetty..", "gg.jte.."));

    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES = slices()
        .matching("org.lazaret.(*)..").should().beFreeOfCycles();
}
