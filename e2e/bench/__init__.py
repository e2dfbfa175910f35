"""What a swap costs those who ask: releases that leave marks in every answer, load from within the cluster, a judge."""
