package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"corewarden/doctor"
)

// A Want is what one check is to say.
type Want struct {
	ID     string
	Status doctor.Status
	Cause  string // a part of one, or of the detail
	Remedy string // a part of that one's
}

// patience is far more than the API server takes to follow a change of a webhook
// configuration, and pods to come and go.
const patience = 5 * time.Minute

// Await runs the doctor until it says all that is wanted.
func Await(ctx context.Context, run func(context.Context) (doctor.Report, error), wants ...Want) error {
	deadline := time.After(patience)
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		report, err := run(ctx)
		if err != nil {
			return err
		}
		missing := Unmet(report, wants...)
		if len(missing) == 0 {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick.C:
		case <-deadline:
			var text strings.Builder
			err := report.WriteText(&text)
			return errors.Join(err, fmt.Errorf("not within %s: the doctor does not say %+v:\n%s", patience, missing, text.String()))
		}
	}
}

// Unmet returns the wants that a report does not meet.
func Unmet(report doctor.Report, wants ...Want) []Want {
	var missing []Want
	for _, w := range wants {
		if !met(report, w) {
			missing = append(missing, w)
		}
	}
	return missing
}

func met(report doctor.Report, w Want) bool {
	for _, c := range report.Checks {
		if c.ID != w.ID || c.Status != w.Status {
			continue
		}
		if w.Cause == "" || strings.Contains(c.Detail, w.Cause) {
			return true
		}
		for _, f := range c.Findings {
			if strings.Contains(f.Cause, w.Cause) && strings.Contains(f.Remedy, w.Remedy) {
				return true
			}
		}
	}
	return false
}
