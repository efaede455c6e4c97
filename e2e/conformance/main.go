// Command conformance compares our verdicts with those of the real servers: each release
// is started on thousands of configurations, in child processes, and has to start on
// what we accept and to refuse what we reject.
//
//	go run ./e2e/conformance [-release REGEXP] [-cases N] [-seed N] [-only REGEXP] [-composed] [-parallel N]
//
// It has to run inside of the repository. docs/conformance.md explains its output.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"syscall"

	"corewarden/e2e/servers"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case errors.Is(err, errDisagreement), errors.Is(err, errTooLittle):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

var errDisagreement = errors.New("our verdicts differ from those of the real servers")

const (
	// maxMachineShare is the share of the cases of all plugins whose verdict may depend on the
	// machine.
	maxMachineShare = 0.05
	// tellingCases are as many as the share is looked at for. Half of fewer are examples as they
	// are, and many of these name a cluster or a cloud.
	tellingCases = 10_000
)

var errTooLittle = fmt.Errorf("at most %.0f %% may, as they show little", 100*maxMachineShare)

// options are the command's flags.
type options struct {
	release, only *regexp.Regexp
	cases         int
	seed          uint64
	parallel      int
	fresh         bool
	composed      bool
	shrink        int
}

func parseOptions(args []string, stderr io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(stderr)
	release := flags.String("release", "", "compare the releases whose name matches this `regexp`, such as 1.15.0 or node-cache (default all)")
	only := flags.String("only", "", "use only examples of the plugins that match this `regexp`, such as ^cache$")
	flags.IntVar(&o.cases, "cases", 20_000, "the `number` of cases for each release")
	flags.Uint64Var(&o.seed, "seed", 1, "where the random changes start; the same `number` gives the same cases")
	flags.IntVar(&o.parallel, "parallel", 2*runtime.GOMAXPROCS(0), "the `number` of servers that run at once")
	flags.BoolVar(&o.fresh, "fresh", false, "do not use what the servers said to the same cases before")
	flags.BoolVar(&o.composed, "composed", false, "compare cases within the servers' own Corefiles, as clusters have them")
	flags.IntVar(&o.shrink, "shrink", 40, "the `number` of groups of disagreements whose example is made smaller")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	var err error
	if o.release, err = regexp.Compile(*release); err != nil {
		return o, fmt.Errorf("-release: %w", err)
	}
	if o.only, err = regexp.Compile(*only); err != nil {
		return o, fmt.Errorf("-only: %w", err)
	}
	return o, nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parseOptions(args, stderr)
	if err != nil {
		return err
	}
	var failed error
	telling := o.only.String() == "" && o.cases >= tellingCases
	for _, s := range servers.All() {
		if !o.release.MatchString(s.Name) {
			continue
		}
		result, err := server{s}.compareAll(ctx, o, stderr)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Name, err)
		}
		result.print(stdout)
		if len(result.groups) > 0 && !errors.Is(failed, errDisagreement) {
			failed = errors.Join(failed, errDisagreement)
		}
		if share := result.machineShare(); telling && share > maxMachineShare {
			failed = errors.Join(failed, fmt.Errorf("%s: %.1f %% of the verdicts depend on the machine, %w", s.Name, 100*share, errTooLittle))
		}
	}
	return failed
}

func (s server) compareAll(ctx context.Context, o options, progress io.Writer) (*result, error) {
	c, err := s.comparison(ctx, o, progress)
	if err != nil {
		return nil, err
	}
	if err := c.real.keepRecord(o.fresh); err != nil {
		return nil, err
	}
	result, err := c.run(ctx)
	return result, errors.Join(err, c.real.close())
}
