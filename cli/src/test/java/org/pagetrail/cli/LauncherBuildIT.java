package org.pagetrail.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pagetrail.cli.ChildProcess.Ended;
import org.pagetrail.cli.ChildProcess.Running;

/**
 * The launcher in a checkout of its own, with a JDK and a Maven that are scripts: they note how they were called, and this
 * Maven's jar is an empty file. So it can be seen when it builds and what it runs.
 */
class LauncherBuildIT {
    /** The programs besides java and mvn that the launcher may use. */
    private static final List<String> TOOLS = List.of(
            "sh",
            "cat",
            "cut",
            "awk",
            "sed",
            "tr",
            "find",
            "flock",
            "id",
            "ls",
            "mkdir",
            "mktemp",
            "mv",
            "cp",
            "readlink",
            "rm",
            "rmdir",
            "sha256sum",
            "sleep",
            "stat",
            "touch",
            "dirname",
            "basename",
            "uname",
            "head",
            "tail",
            "grep");

    @TempDir
    private Path directory;

    private Path checkout;
    private Path bin;
    private Path jdk;

    @BeforeEach
    void makeACheckout() throws IOException {
        checkout = Files.createDirectory(directory.resolve("a checkout"));
        Files.copy(Path.of("..", "pagetrail"), launcher(), StandardCopyOption.COPY_ATTRIBUTES);
        write("pom.xml", "<project/>");
        write("cli/pom.xml", "<project/>");
        write("cli/src/main/java/Main.java", "class Main {}");
        write("cli/src/main/java/Other.java", "class Other {}");
        write("cli/src/test/java/MainTest.java", "class MainTest {}");

        bin = Files.createDirectory(directory.resolve("bin"));
        for (String tool : TOOLS) {
            for (Path where : List.of(Path.of("/usr/bin"), Path.of("/bin"))) {
                if (Files.isExecutable(where.resolve(tool)) && !Files.exists(bin.resolve(tool))) {
                    script(bin.resolve(tool), "exec " + quoted(where.resolve(tool)) + " \"$@\"");
                }
            }
        }
        script(
                bin.resolve("mvn"),
                "echo mvn >>" + quoted(maven()),
                "sleep 0.3",
                "mkdir -p cli/target",
                "echo built >cli/target/pagetrail.jar");
        jdk = jdk("17.0.1");
    }

    private Path launcher() {
        return checkout.resolve("pagetrail");
    }

    private Path jar() {
        return checkout.resolve("cli/target/pagetrail.jar");
    }

    private Path maven() {
        return directory.resolve("maven-calls");
    }

    private long builds() throws IOException {
        return Files.exists(maven()) ? Files.readAllLines(maven()).size() : 0;
    }

    private void write(String file, String text) throws IOException {
        Path path = checkout.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static String quoted(Path path) {
        return "'" + path + "'";
    }

    private static void script(Path path, String... lines) throws IOException {
        Files.createDirectories(path.getParent());
        // Never through a link: what it leads to may be the system's.
        Files.deleteIfExists(path);
        Files.writeString(path, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    /** A JDK whose java tells its process and its arguments, a line each. */
    private Path jdk(String version) throws IOException {
        Path home = directory.resolve("a jdk " + version);
        script(home.resolve("bin/java"), "echo \"$$\"", "for word; do echo \"$word\"; done");
        script(home.resolve("bin/javac"));
        Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
        return home;
    }

    private ChildProcess launch(Path launcher, String... arguments) throws IOException {
        List<String> words = new ArrayList<>(List.of(launcher.toString()));
        words.addAll(List.of(arguments));
        Path home = directory.resolve("home");
        Files.createDirectories(home);
        return ChildProcess.of(words)
                .in(directory)
                .with("PATH", bin.toString())
                .with("JAVA_HOME", jdk.toString())
                .with("HOME", home.toString());
    }

    private static List<String> words(Ended ended) {
        assertEquals(0, ended.exitCode(), ended.err());
        return ended.out().lines().toList();
    }

    private static void assertQuiet(Ended ended) {
        assertEquals("", ended.err());
        assertEquals(0, ended.exitCode());
    }

    private static void assertOneLine(String text) {
        assertTrue(text.matches("pagetrail: [^\\n]+\\n"), text);
    }

    @Test
    void theFirstUseBuildsAndSaysSoInOneLineTheNextDoesNeither() throws IOException {
        Ended first = launch(launcher(), "info", "x y").run();
        Ended second = launch(launcher(), "info", "x y").run();

        assertOneLine(first.err());
        assertTrue(first.err().contains("building"), first.err());
        assertQuiet(second);
        assertEquals(1, builds());
        List<String> words = words(second);
        assertEquals(
                List.of("-jar", jar().toRealPath().toString(), "info", "x y"),
                words.subList(words.size() - 4, words.size()));
    }

    @Test
    void aSourceThatIsNewerThanTheJarIsBuilt() throws IOException {
        launch(launcher(), "info").run();
        Files.setLastModifiedTime(jar(), FileTime.fromMillis(0));
        Ended again = launch(launcher(), "info").run();

        assertEquals(0, again.exitCode());
        assertEquals(2, builds());
        assertTrue(Files.getLastModifiedTime(jar()).toMillis() > 0, "the jar is not the new one");
    }

    @Test
    void aSourceThatChangedDuringTheBuildIsBuiltNextTime() throws IOException {
        script(
                bin.resolve("mvn"),
                "echo mvn >>" + quoted(maven()),
                "sleep 0.1",
                "echo 'class Main { int changed; }' >cli/src/main/java/Main.java",
                "sleep 0.1",
                "mkdir -p cli/target",
                "echo built >cli/target/pagetrail.jar");
        launch(launcher(), "info").run();
        launch(launcher(), "info").run();

        assertEquals(2, builds());
    }

    @Test
    void aSourceThatWasRemovedIsAChangeToo() throws IOException {
        launch(launcher(), "info").run();
        Path other = checkout.resolve("cli/src/main/java/Other.java");
        Files.delete(other);
        // File systems keep time coarsely: say it clearly.
        Files.setLastModifiedTime(other.getParent(), FileTime.fromMillis(System.currentTimeMillis() + 10_000));
        launch(launcher(), "info").run();

        assertEquals(2, builds());
    }

    @Test
    void testsAndDocumentsAreNoPartOfTheJar() throws IOException {
        launch(launcher(), "info").run();
        FileTime later = FileTime.fromMillis(System.currentTimeMillis() + 10_000);
        write("README.md", "words");
        write("cli/src/test/java/OtherTest.java", "class OtherTest {}");
        Files.setLastModifiedTime(checkout.resolve("README.md"), later);
        Files.setLastModifiedTime(checkout.resolve("cli/src/test/java/OtherTest.java"), later);
        Files.setLastModifiedTime(checkout, later);
        Ended again = launch(launcher(), "info").run();

        assertQuiet(again);
        assertEquals(1, builds());
    }

    @Test
    void twoAtOnceBuildOnce() throws IOException {
        Running one = launch(launcher(), "info").start();
        Running other = launch(launcher(), "info").start();

        assertEquals(0, one.end().exitCode());
        assertEquals(0, other.end().exitCode());
        assertEquals(1, builds());
    }

    @Test
    void twoAtOnceBuildOnceWithoutFlockToo() throws IOException {
        Files.delete(bin.resolve("flock"));

        twoAtOnceBuildOnce();
    }

    @Test
    void aBuildThatWasKilledIsDoneAgainWhateverItLeft() throws IOException {
        Path whole = Files.move(bin.resolve("mvn"), bin.resolve("mvn-to-be"));
        script(
                bin.resolve("mvn"),
                "mkdir -p cli/target",
                "echo half >cli/target/pagetrail.jar",
                "kill -9 $PPID",
                "sleep 0.2");
        assertEquals(128 + 9, launch(launcher(), "info").run().exitCode());
        Files.move(whole, bin.resolve("mvn"), StandardCopyOption.REPLACE_EXISTING);
        assertEquals(0, launch(launcher(), "info").run().exitCode());
        assertEquals("built\n", Files.readString(jar()));
        assertQuiet(launch(launcher(), "info").run());
        assertEquals(1, builds());
    }

    @Test
    void whoeverHoldsAnotherCheckoutsLockStillTakesThisOnes() throws IOException {
        Running one = launch(launcher(), "info")
                .with("PAGETRAIL_LOCKED", "/elsewhere")
                .start();
        Running other = launch(launcher(), "info")
                .with("PAGETRAIL_LOCKED", "/elsewhere")
                .start();

        assertEquals(0, one.end().exitCode());
        assertEquals(0, other.end().exitCode());
        assertEquals(1, builds());
    }

    @Test
    void aBuildThatFailsShowsWhatMavenSaidAndLeavesTheNextOneToTry() throws IOException {
        script(bin.resolve("mvn"), "echo mvn >>" + quoted(maven()), "echo 'Main.java: bad'", "exit 1");
        Ended first = launch(launcher(), "info").run();
        Ended second = launch(launcher(), "info").run();

        assertEquals(70, first.exitCode());
        assertTrue(first.err().contains("Main.java: bad"), first.err());
        assertEquals("", first.out());
        assertEquals(70, second.exitCode());
        assertEquals(2, builds());
    }

    @Test
    void itIsFoundThroughSymbolicLinksAndOnThePath() throws IOException {
        launch(launcher(), "info").run();
        Path links = Files.createDirectory(directory.resolve("links"));
        Files.createSymbolicLink(links.resolve("relative"), Path.of("../a checkout/pagetrail"));
        Files.createSymbolicLink(links.resolve("twice"), Path.of("relative"));
        Files.createSymbolicLink(bin.resolve("pagetrail"), links.resolve("twice"));

        assertQuiet(launch(links.resolve("relative"), "info").run());
        assertQuiet(launch(links.resolve("twice"), "info").run());
        assertQuiet(launch(bin.resolve("sh"), "-c", "pagetrail info").run());
        assertQuiet(
                launch(bin.resolve("sh"), "-c", "./pagetrail info").in(checkout).run());
        assertQuiet(launch(bin.resolve("sh"), "pagetrail", "info").in(checkout).run());
        assertEquals(1, builds());
    }

    @Test
    void theProgramTakesTheLaunchersPlace() throws IOException {
        launch(launcher(), "info").run();
        Ended ended = launch(launcher(), "record").run();

        assertEquals(String.valueOf(ended.pid()), words(ended).get(0), "signals would not reach the program");
    }

    @Test
    void newerJdksAreToldThatChronicleMayUseUnsafe() throws IOException {
        String flag = "--sun-misc-unsafe-memory-access=allow";
        launch(launcher(), "info").run();

        assertFalse(words(launch(launcher(), "info").run()).contains(flag));
        jdk = jdk("25");
        assertTrue(words(launch(launcher(), "info").run()).contains(flag));
    }

    @Test
    void onlyShortCommandsGoWithoutTheSecondCompiler() throws IOException {
        String flag = "-XX:TieredStopAtLevel=1";
        launch(launcher(), "info").run();

        assertTrue(words(launch(launcher(), "--help").run()).contains(flag));
        assertTrue(words(launch(launcher()).run()).contains(flag));
        assertFalse(words(launch(launcher(), "record").run()).contains(flag));
    }

    @Test
    void aCheckoutThatCannotBeWrittenIsUsedAsItIs() throws IOException {
        // Root may write everywhere: a file in the place of a directory stops it too.
        write(".cache", "");
        Ended nothingBuilt = launch(launcher(), "info").run();
        write("cli/target/pagetrail.jar", "");
        Files.setLastModifiedTime(jar(), FileTime.fromMillis(0));
        Ended built = launch(launcher(), "info").run();

        assertTrue(nothingBuilt.exitCode() == 2 || nothingBuilt.exitCode() == 70, nothingBuilt.toString());
        assertOneLine(nothingBuilt.err());
        assertQuiet(built);
        assertEquals(0, builds());
    }

    @Test
    void withoutMavenItSaysInOneLineWhatToInstall() throws IOException {
        Files.delete(bin.resolve("mvn"));
        Ended ended = launch(launcher(), "info").run();

        assertTrue(ended.exitCode() == 2 || ended.exitCode() == 70, ended.toString());
        assertOneLine(ended.err());
        assertTrue(ended.err().contains("install") && ended.err().contains("maven"), ended.err());
    }

    @Test
    void whatIsMissingIsInstalledWhereThatIsAllowed() throws IOException {
        script(bin.resolve("id"), "echo 0");
        Files.move(bin.resolve("mvn"), bin.resolve("mvn-to-be"));
        script(
                bin.resolve("apt-get"),
                "echo apt-get \"$@\" >>" + quoted(directory.resolve("apt-calls")),
                "echo chatter; echo chatter >&2",
                "if [ \"$1\" = install ]; then cp " + quoted(bin.resolve("mvn-to-be")) + " "
                        + quoted(bin.resolve("mvn")) + "; fi");
        Ended ended = launch(launcher(), "info").run();

        assertEquals(0, ended.exitCode(), ended.err());
        assertFalse(ended.err().contains("chatter"), ended.err());
        List<String> calls = Files.readAllLines(directory.resolve("apt-calls"));
        assertEquals("apt-get update", calls.get(0));
        assertTrue(calls.get(1).startsWith("apt-get install -y --no-install-recommends"), calls.toString());
    }

    @Test
    void anInstallationThatFailsShowsWhy() throws IOException {
        script(bin.resolve("id"), "echo 0");
        Files.delete(bin.resolve("mvn"));
        script(bin.resolve("apt-get"), "echo no network >&2", "exit 100");
        Ended ended = launch(launcher(), "info").run();

        assertTrue(ended.exitCode() == 2 || ended.exitCode() == 70, ended.toString());
        assertTrue(ended.err().contains("no network"), ended.err());
    }

    @Test
    void aHomeThatCannotBeUsedLeavesTheCheckoutForWhatMavenFetches() throws IOException {
        script(
                bin.resolve("mvn"),
                "echo \"$@\" >>" + quoted(maven()),
                "mkdir -p cli/target",
                "echo built >cli/target/pagetrail.jar");
        for (String home : new String[] {null, "", "/no/such/home"}) {
            Files.deleteIfExists(jar());
            Files.deleteIfExists(maven());
            assertEquals(0, launch(launcher(), "info").with("HOME", home).run().exitCode());
            String call = Files.readString(maven());
            assertTrue(call.contains("-Dmaven.repo.local=" + checkout.toRealPath() + "/.cache/"), call);
        }
    }

    @Test
    void theSelftestIsMavensVerifyWithItsOutputAndItsFurtherArguments() throws IOException {
        script(bin.resolve("mvn"), "echo \"$@\"", "echo Tests run: 1; exit ${MAVEN_ENDS:-0}");
        Ended good = launch(launcher(), "selftest", "-Dx=y").run();
        Ended bad = launch(launcher(), "selftest").with("MAVEN_ENDS", "1").run();

        assertEquals(0, good.exitCode());
        assertTrue(good.out().contains("verify -Dx=y"), good.out());
        assertTrue(good.out().contains("Tests run: 1"), good.out());
        assertEquals(1, bad.exitCode());
    }

    @Test
    void anArchiveIsMadeOnceForEachJdkAndUsed() throws IOException {
        Path archives = checkout.resolve("cli/target/cds");
        jdk = Path.of(System.getProperty("java.home"));
        assumeTrue(Files.exists(jdk.resolve("release")) && Files.exists(jdk.resolve("bin/javac")));
        script(
                bin.resolve("mvn"),
                "mkdir -p cli/target",
                "cp " + quoted(Path.of("target", "pagetrail.jar").toAbsolutePath()) + " cli/target/pagetrail.jar");
        assertEquals(0, launch(launcher(), "--version").run().exitCode());
        List<Path> first = archives(archives);
        FileTime made = Files.getLastModifiedTime(first.get(0));
        Ended again = launch(launcher(), "--version").run();

        assertEquals(1, first.size());
        assertQuiet(again);
        assertEquals(first, archives(archives));
        assertEquals(made, Files.getLastModifiedTime(first.get(0)));
        Files.write(first.get(0), new byte[100]);
        assertQuiet(launch(launcher(), "--version").run());
    }

    private static List<Path> archives(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".jsa")).toList();
        }
    }
}
