package realnode

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// playEnv has this test binary do what a run of tests does to its namespaces, and then "end"
// or "wait".
const playEnv = "COREWARDEN_REALNODE_TEST_PLAY"

func TestMain(m *testing.M) {
	if play := os.Getenv(playEnv); play != "" {
		enter(player(play), func(context.Context, string) error { return nil })
	}
	Main(m)
}

type player string

func (p player) Run() int {
	if err := play(); err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("playing")
	if p == "wait" {
		select {}
	}
	return 0
}

func play() error {
	for _, file := range []string{"/etc/corewarden-test", "/proc/sys/kernel/threads-max", "/proc/sys/vm/overcommit_memory"} {
		if err := os.WriteFile(file, []byte("1000000"), 0o600); err == nil {
			return fmt.Errorf("the machine's %s can be written", file)
		}
	}
	child := exec.Command("setsid", "sleep", "600") // as a container's
	errs := []error{
		os.WriteFile("/run/corewarden-test", nil, 0o600),
		unix.Sethostname([]byte("corewarden-test")),
		ips("link add corewarden0 type bridge"),
		child.Start(),
	}
	all, err := hierarchies()
	errs = append(errs, err)
	for _, h := range all {
		group := filepath.Join(h.dir, "pods")
		errs = append(errs, makeGroup(group), cgroup{group}.join(child.Process.Pid))
	}
	return errors.Join(errs...)
}

// TestNothingRemains runs this test binary once more, with namespaces in these namespaces,
// and looks at what is around it before and after.
func TestNothingRemains(t *testing.T) {
	Need(t)
	for _, tt := range []struct {
		name, play string
		end        func(*exec.Cmd) error
	}{
		{"when the tests end", "end", func(cmd *exec.Cmd) error { return cmd.Wait() }},
		{"when they are interrupted", "wait", func(cmd *exec.Cmd) error {
			err := cmd.Process.Signal(syscall.SIGINT)
			_ = cmd.Wait() // it says that it was killed
			return err
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := surroundings(t)
			cmd := startPlay(t, tt.play)
			if now := surroundings(t); slices.Equal(now, before) {
				t.Error("the cgroups and processes of the other copy are not seen: this test could not fail")
			}
			if err := tt.end(cmd); err != nil {
				t.Error(err)
			}
			same(t, before)
		})
	}
	t.Run("when the process is killed, but cgroups, until the next start", func(t *testing.T) {
		before := surroundings(t)
		cmd := startPlay(t, "wait")
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait() // it says that it was killed
		if err := startPlay(t, "end").Wait(); err != nil {
			t.Error(err)
		}
		same(t, before)
	})
}

func startPlay(t *testing.T, play string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "COREWARDEN_REALNODE_") {
			cmd.Env = append(cmd.Env, variable)
		}
	}
	cmd.Env = append(cmd.Env, playEnv+"="+play)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "playing" {
			return cmd
		}
		t.Log(lines.Text())
	}
	t.Fatal("it ended and did not play")
	return nil
}

// same waits until the surroundings are what they were: processes that are killed end soon.
func same(t *testing.T, before []string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); ; {
		now := surroundings(t)
		if slices.Equal(now, before) {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("there is now\n%s\nthat was not before, and no more\n%s", without(now, before), without(before, now))
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// without returns the lines of these that are not among those. What a process is can be told
// as long as it is there.
func without(these, those []string) string {
	var text strings.Builder
	for _, line := range these {
		if slices.Contains(those, line) {
			continue
		}
		text.WriteString(line)
		if status, err := os.ReadFile(filepath.Join(line, "status")); err == nil {
			text.WriteString("\n" + string(status))
		}
		text.WriteByte('\n')
	}
	return text.String()
}

// surroundings lists what somebody could leave on a machine: processes, mounts, interfaces,
// cgroups, files in the usual places, and settings.
func surroundings(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{
		"/proc/[0-9]*", "/run/*", "/etc/*", "/opt/*", "/var/lib/*", "/var/log/*", "/sys/class/net/*",
		"/sys/fs/cgroup/*/", "/sys/fs/cgroup/*/*/", os.TempDir() + "/*",
	} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	for _, file := range []string{"/proc/self/mounts", "/proc/sys/kernel/hostname", "/proc/sys/vm/overcommit_memory"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(text))
	}
	return all
}
