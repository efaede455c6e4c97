package realnode

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// The environment tells a copy of this program what it is. Without these variables it is
// the one that the user started.
const (
	roleEnv = "COREWARDEN_REALNODE_ROLE"
	dirEnv  = "COREWARDEN_REALNODE_DIR" // the folder of this run, removed at its end

	ownPrefix = "corewarden-nodes-"

	roleInit  = "init"  // first process of the namespaces
	roleTests = "tests" // runs the tests, inside
	roleTrial = "trial" // finds out what the kernel allows
)

// A Runner is what is run in the namespaces: a *testing.M, or another program.
type Runner interface{ Run() int }

// Main runs what is to be run in namespaces of its own, and ends the process with its exit
// code. It is to be called first in TestMain, or main. Where there can be no nodes, it runs
// in the usual way, and tests skip, see [Need].
func Main(m Runner) { enter(m, prepare) }

// enter is Main with another way to prepare what is needed from outside, in the folder of the
// run.
func enter(m Runner, prepare func(ctx context.Context, dir string) error) {
	var code int
	var err error
	switch os.Getenv(roleEnv) {
	case roleTests:
		code = m.Run()
	case roleInit:
		code, err = runInit()
	case roleTrial:
		err = trial()
	default:
		if missing := Missing(); missing != nil {
			fmt.Fprintln(os.Stderr, NoNodes, missing)
			code = m.Run()
			break
		}
		code, err = runInside(prepare)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "realnode:", err)
		code = 1
	}
	os.Exit(code)
}

// inside tells whether this process is in the namespaces.
func inside() bool { return os.Getenv(roleEnv) == roleTests }

// runInside makes what is needed outside, runs a copy of this program in the namespaces
// and removes everything.
func runInside(prepare func(ctx context.Context, dir string) error) (code int, err error) {
	ctx, stop := signal.NotifyContext(context.Background(), unix.SIGINT, unix.SIGTERM, unix.SIGQUIT)
	defer stop()
	dir, err := newDir()
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	// The namespaces have no way to the internet: what has to be downloaded is now.
	if err := prepare(ctx, dir); err != nil {
		return 0, err
	}
	group, err := newCgroup()
	if err != nil {
		return 0, fmt.Errorf("cgroups: %w", err)
	}
	defer func() { err = errors.Join(err, group.remove()) }()
	return runNamespaces(ctx, dir, group)
}

// newDir makes the folder of this run, and removes those of processes that were killed.
func newDir() (string, error) {
	stale, err := madeByTheDead(os.TempDir())
	if err != nil {
		return "", err
	}
	for _, dir := range stale {
		if err := os.RemoveAll(dir); err != nil {
			return "", err
		}
	}
	dir := filepath.Join(os.TempDir(), ownName())
	return dir, os.Mkdir(dir, 0o700)
}

// ownName names what this process makes for its nodes outside of their namespaces.
func ownName() string { return ownPrefix + strconv.Itoa(os.Getpid()) }

// madeByTheDead returns what is in dir of processes that made it and have ended.
func madeByTheDead(dir string) ([]string, error) {
	all, err := filepath.Glob(filepath.Join(dir, ownPrefix+"*"))
	return slices.DeleteFunc(all, func(path string) bool {
		pid, err := strconv.Atoi(strings.TrimPrefix(filepath.Base(path), ownPrefix))
		return err != nil || pid != os.Getpid() && !errors.Is(unix.Kill(pid, 0), unix.ESRCH)
	}), err
}

// runNamespaces runs the first process of new namespaces, until it ends or the context
// does. When it ends, the kernel kills all others in there.
func runNamespaces(ctx context.Context, dir string, group cgroup) (int, error) {
	runtime.LockOSThread() // the kernel ends the child with the thread that started it
	defer runtime.UnlockOSThread()
	joined, join, err := os.Pipe()
	if err != nil {
		return 0, err
	}
	defer join.Close()
	cmd := self(ctx, roleInit)
	cmd.Env = append(cmd.Env, dirEnv+"="+dir, "TMPDIR="+dir)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.ExtraFiles = []*os.File{joined}
	cmd.SysProcAttr = &unix.SysProcAttr{
		Cloneflags: unix.CLONE_NEWNS | unix.CLONE_NEWNET | unix.CLONE_NEWPID | unix.CLONE_NEWUTS | unix.CLONE_NEWIPC,
		Pdeathsig:  unix.SIGKILL,
		Setpgid:    true, // a terminal's Ctrl-C is for this process
	}
	err = cmd.Start()
	joined.Close()
	if err != nil {
		return 0, err
	}
	if err := group.join(cmd.Process.Pid); err != nil {
		return 0, errors.Join(err, cmd.Process.Kill(), cmd.Wait())
	}
	join.Close() // it may go on
	err = cmd.Wait()
	if ctx.Err() != nil {
		return 0, errors.New("interrupted")
	}
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) && exit.Exited() {
		return exit.ExitCode(), nil
	}
	return 0, err
}

// self prepares a copy of this program with the same arguments in another role.
func self(ctx context.Context, role string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "/proc/self/exe", os.Args[1:]...)
	cmd.Args[0] = os.Args[0]
	cmd.Env = append(os.Environ(), roleEnv+"="+role)
	return cmd
}

// runInit is the first process of the namespaces. It sets them up, runs the tests and reaps
// what they and the containers leave.
func runInit() (int, error) {
	// The cgroup namespace that follows is this thread's, and that of the tests, which
	// it starts.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	joined := os.NewFile(3, "joined the cgroups")
	if _, err := joined.Read(make([]byte, 1)); err == nil {
		return 0, errors.New("the pipe has to be closed and not written to")
	}
	joined.Close()
	if err := setUpNamespaces(); err != nil {
		return 0, err
	}
	cmd := self(context.Background(), roleTests)
	tests, err := os.StartProcess("/proc/self/exe", cmd.Args, &os.ProcAttr{
		Env:   cmd.Environ(),
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
	})
	if err != nil {
		return 0, err
	}
	for {
		var status unix.WaitStatus
		pid, err := unix.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, unix.EINTR) || err == nil && pid != tests.Pid:
		case err != nil:
			return 0, err
		case status.Signaled():
			return 0, fmt.Errorf("the tests were ended by %s", status.Signal())
		default:
			return status.ExitStatus(), nil
		}
	}
}

// setUpNamespaces gives the calling thread a cgroup namespace and what the namespaces need
// to be of use.
func setUpNamespaces() error {
	all, err := hierarchies()
	if err != nil {
		return err
	}
	if err := unix.Unshare(unix.CLONE_NEWCGROUP); err != nil {
		return fmt.Errorf("make a cgroup namespace: %w", err)
	}
	if err := unix.Sethostname([]byte("corewarden")); err != nil {
		return err
	}
	// What is mounted from here on is not seen outside.
	if err := mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, ""); err != nil {
		return err
	}
	if err := mount("proc", "/proc", "proc", 0, ""); err != nil {
		return err
	}
	if err := mountSys(all); err != nil {
		return err
	}
	if err := makeRoot(all); err != nil {
		return err
	}
	if err := protectMachine(); err != nil {
		return err
	}
	// iptables has its lock there.
	if err := mount("run", "/run", "tmpfs", 0, "mode=755"); err != nil {
		return err
	}
	return run("ip", "link", "set", "lo", "up")
}

// run runs a command in the namespaces of the calling thread, which has to be locked where
// that matters. A failure's error has all that it printed.
func run(name string, args ...string) error {
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s %s: %w\n%s", name, args, err, out)
	}
	return nil
}

// stateDir returns the folder for one of this run's things.
func stateDir(name string) string { return filepath.Join(os.Getenv(dirEnv), name) }
