package doctor

import (
	"context"
	"fmt"
)

var serviceEndpoints = check{
	id:    "service",
	title: "the Service has ready endpoints",
	look: func(_ context.Context, i *installation) outcome {
		if out, outside := i.outside(); outside {
			return out
		}
		name := fmt.Sprintf("Service %s/%s", i.Namespace, i.shipped.service.Name)
		if err := i.service.err; err != nil {
			return unreadable(name, err, failed("there is no "+name+": the API server cannot reach the webhook", applyAgain))
		}
		if err := i.endpoints.err; err != nil {
			return unreadable("the EndpointSlices of "+name, err, outcome{})
		}
		ready := 0
		for _, slice := range i.endpoints.value {
			for _, endpoint := range slice.Endpoints {
				if endpoint.Conditions.Ready == nil || *endpoint.Conditions.Ready {
					ready += len(endpoint.Addresses)
				}
			}
		}
		if ready == 0 {
			return failed("no pod behind it is ready: every write of the guarded ConfigMaps is refused",
				"kubectl get pods --namespace="+i.Namespace+", and what this page says of the pods")
		}
		return fine("%d", ready)
	},
}
