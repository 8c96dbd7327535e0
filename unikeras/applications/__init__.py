"""Architectures trained on ImageNet. This page is their table of contents."""

from unikeras.applications.convnext import (
    ConvNeXtBase,
    ConvNeXtLarge,
    ConvNeXtSmall,
    ConvNeXtTiny,
    ConvNeXtXLarge,
)
from unikeras.applications.densenet import DenseNet121, DenseNet169, DenseNet201
from unikeras.applications.efficientnet import (
    EfficientNetB0,
    EfficientNetB1,
    EfficientNetB2,
    EfficientNetB3,
    EfficientNetB4,
    EfficientNetB5,
    EfficientNetB6,
    EfficientNetB7,
)
from unikeras.applications.efficientnet_v2 import (
    EfficientNetV2B0,
    EfficientNetV2B1,
    EfficientNetV2B2,
    EfficientNetV2B3,
    EfficientNetV2L,
    EfficientNetV2M,
    EfficientNetV2S,
)
from unikeras.applications.inception_resnet_v2 import InceptionResNetV2
from unikeras.applications.inception_v3 import InceptionV3
from unikeras.applications.mobilenet import MobileNet
from unikeras.applications.mobilenet_v2 import MobileNetV2
from unikeras.applications.mobilenet_v3 import MobileNetV3Large, MobileNetV3Small
from unikeras.applications.nasnet import NASNetLarge, NASNetMobile
from unikeras.applications.resnet import ResNet50, ResNet101, ResNet152
from unikeras.applications.resnet_v2 import ResNet50V2, ResNet101V2, ResNet152V2
from unikeras.applications.vgg import VGG16, VGG19
from unikeras.applications.xception import Xception

__all__ = [
    "VGG16",
    "VGG19",
    "ConvNeXtBase",
    "ConvNeXtLarge",
    "ConvNeXtSmall",
    "ConvNeXtTiny",
    "ConvNeXtXLarge",
    "DenseNet121",
    "DenseNet169",
    "DenseNet201",
    "EfficientNetB0",
    "EfficientNetB1",
    "EfficientNetB2",
    "EfficientNetB3",
    "EfficientNetB4",
    "EfficientNetB5",
    "EfficientNetB6",
    "EfficientNetB7",
    "EfficientNetV2B0",
    "EfficientNetV2B1",
    "EfficientNetV2B2",
    "EfficientNetV2B3",
    "EfficientNetV2L",
    "EfficientNetV2M",
    "EfficientNetV2S",
    "InceptionResNetV2",
    "InceptionV3",
    "MobileNet",
    "MobileNetV2",
    "MobileNetV3Large",
    "MobileNetV3Small",
    "NASNetLarge",
    "NASNetMobile",
    "ResNet50",
    "ResNet50V2",
    "ResNet101",
    "ResNet101V2",
    "ResNet152",
    "ResNet152V2",
    "Xception",
]
