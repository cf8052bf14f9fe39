package org.pagetrail.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.pagetrail.analyzer.rule.Invariant;
import org.pagetrail.analyzer.verify.Verifier;

class InvariantsDocumentTest {
    private static final Path DOCUMENT = Path.of(System.getProperty("basedir", ""), "..", "docs", "invariants.md");

    @Test
    void theReferenceInTheProjectIsTheOneThatTheRulesMake() throws IOException {
        String made = InvariantsDocument.text(Verifier.invariants());
        if (Boolean.getBoolean("golden.update")) {
            Files.writeString(DOCUMENT, made);
        }
        assertEquals(Files.readString(DOCUMENT), made, "see whether it should differ, then run with -Dgolden.update");
    }

    @Test
    void everyInvariantHasItsRowUnderItsFamily() {
        String text = InvariantsDocument.text(Verifier.invariants());
        for (Invariant invariant : Verifier.invariants()) {
            assertTrue(text.contains("\n| " + invariant.id() + " | "), invariant.id());
            assertTrue(InvariantsDocument.families().contains(invariant.id().substring(0, 3)), invariant.id());
        }
    }
}
